// Needs the temporal program (found or fetched) and a fake endpoint in its own process.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Forecast } from '../../src/config/forecast.js';
import { forecastSentence, type ForecastOutcome } from '../../src/core/forecast-outcome.js';
import type { RoleTotals } from '../../src/store/store.js';
import { assertForecast } from '../support/forecast.js';
import { cli, jsonLines, jsonOf, MAIN, startCli } from './run-cli.js';
import { smallProject, type SmallProject } from './small-project.js';

const COLOUR = /\u001B\[/;
const COMMANDS = [
  'init',
  'optimize',
  'resume',
  'status',
  'watch',
  'runs',
  'show',
  'diff',
  'pause',
  'unpause',
  'cancel',
  'report',
  'promote',
  'rollback',
  'champions',
  'doctor',
  'worker',
];
const SCHEDULE = ['create', 'list', 'show', 'pause', 'unpause', 'trigger', 'delete'];

describe('--help', () => {
  for (const command of [...COMMANDS, ...SCHEDULE.map((verb) => `schedule ${verb}`)]) {
    it(`of ${command} has an example and says what --json does`, async () => {
      const { exitCode, stdout, stderr } = await cli('.', [...command.split(' '), '--help']);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, new RegExp(`Example:\\n {2}\\$ watersmeet ${command}`));
      assert.match(stdout, /--json/);
    });
  }

  it('lists every command and every exit code', async () => {
    const { stdout } = await cli('.', ['--help']);
    for (const command of [...COMMANDS, 'schedule']) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /Exit codes: 0 done, 1 failed, 2 bad input \(nothing was started\), 3 the run waits for you, 4 cancelled, 130 interrupted/,
    );
  });

  it('answers within 200 ms of an empty node', () => {
    // The best of several: what else this machine does is not the question.
    const once = (argv: readonly string[]) => {
      const begun = performance.now();
      execFileSync(process.execPath, argv, { stdio: 'ignore' });
      return performance.now() - begun;
    };
    let [help, empty] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let attempt = 0; attempt < 30 && (attempt < 5 || help - empty >= 200); attempt++)
      [help, empty] = [Math.min(help, once([MAIN, '--help'])), Math.min(empty, once(['-e', '0']))];
    assert.ok(help - empty < 200, `${(help - empty).toFixed(0)} ms`);
  });

  it('is shown with exit code 2 for a command that is not there, with the nearest', async () => {
    const { exitCode, stderr } = await cli('.', ['optmize']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /unknown command 'optmize'\n\(Did you mean optimize\?\)/);
  });
});

describe('init', () => {
  it('writes what a dry run can plan, and never over what is there', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-init-'));
    try {
      const { exitCode, stdout } = await cli(folder, ['init', 'mine']);
      assert.equal(exitCode, 0);
      assert.match(stdout, /wrote mine\/watersmeet\.config\.ts\nwrote mine\/benchmark\.jsonl\n\nNext:\n {2}cd mine && watersmeet optimize --dry-run/);
      const plan = await cli(path.join(folder, 'mine'), ['optimize', '--dry-run']);
      assert.equal(plan.exitCode, 0, plan.stderr);
      assert.match(plan.stdout, /cost +nothing: the model runs on this machine/);
      assert.equal(existsSync(path.join(folder, 'mine/.watersmeet')), false, 'a dry run leaves nothing');
      const before = readFileSync(path.join(folder, 'mine/watersmeet.config.ts'), 'utf8');
      const again = await cli(folder, ['init', 'mine', '--json']);
      assert.equal(again.exitCode, 2);
      assert.equal(typeof jsonOf(again)['error'], 'object');
      assert.equal(readFileSync(path.join(folder, 'mine/watersmeet.config.ts'), 'utf8'), before);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the commands in a pipe, one after another', () => {
  let project: SmallProject;
  const at = (...argv: readonly string[]) => cli(project.folder, argv);
  const json = async (...argv: readonly string[]) => {
    const result = await at(...argv, '--json');
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    assert.equal(result.stderr, '', 'with --json nothing is told beside it');
    return jsonOf(result);
  };
  let runId = '';
  let optimized: string;
  let planned: Forecast;

  before(async () => {
    project = await smallProject();
  });
  after(() => project.remove());

  it('optimize --dry-run prints the plan, as lines and as JSON', async () => {
    const { exitCode, stdout, stderr } = await at('optimize', '--dry-run');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /tasks +train \d+, select \d+, confirm \d+, test \d+\n +divide +\d+ subsets of at most 16 tasks\n +merge +\d levels?/);
    assert.match(stdout, /optimize +optimizer/);
    assert.match(stdout, /in all/);
    assert.match(stdout, /limits +no limits/);
    assert.match(stdout, /in all +\d[\d,]* \(\d+ to [\d,]+\)/);
    assert.match(stdout, /The first figure is likely: .*; lengths of rollouts are assumed\.\n/);
    const plan = await json('optimize', '--dry-run');
    planned = plan['plan'] as Forecast;
    assert.deepEqual(Object.keys(plan), ['counts', 'plan', 'warnings', 'values']);
    assert.equal((await project.endpoint.counts()).arrivals, 0);
  });

  it('optimize tells its steps in plain lines, then the result, where the report is, and what to type next', async () => {
    // Some libraries take CI for a terminal with colours.
    const { exitCode, stdout, stderr } = await cli(project.folder, ['optimize'], { environment: { CI: 'true' } });
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(stdout + stderr, COLOUR);
    assert.match(stderr, /^Watersmeet run \S+ of rules, strategy fgo\nTemporal dev server 127\.0\.0\.1:\d+ \| fake at http:\S+ \| no limits\n/);
    for (const line of [
      /baseline\n/,
      /the seed scores 0\.000 \[0\.00, 0\.\d\d\] n=\d+ on select/,
      /training tasks -> \d subsets/,
      /s0001: 0\.000 -> /,
      /m1-0001 <- s0001, s0002/,
      /finalists: seed; /,
      /confirm: 0\.000 -> /,
      /prove: 0\.000 -> /,
      /completed: /,
    ])
      assert.match(stderr, line);
    assert.match(stdout, /candidate +select +confirm +test/);
    assert.match(stdout, /report +\.watersmeet\/reports\/\S+\.html/);
    assert.match(stdout, /watersmeet show +.*\n +watersmeet diff +.*\n +watersmeet promote /);
    optimized = stdout;
    runId = /run (\S+) of/.exec(stderr)![1]!;
    assert.ok(existsSync(path.join(project.folder, `.watersmeet/reports/${runId}.html`)));
  });

  it('optimize --json prints its events and then the result, one object a line', async () => {
    const sent = (await project.endpoint.counts()).arrivals;
    const result = await at('optimize', '--json');
    assert.equal(result.exitCode, 0, result.stderr);
    assert.equal(result.stderr, '');
    const lines = jsonLines(result);
    assert.ok(lines.some((line) => (line['body'] as { type?: string } | undefined)?.type === 'prove-ended'));
    const last = lines.at(-1)!;
    assert.equal(last['status'], 'completed');
    assert.match(String(last['digest']), /^[0-9a-f]{64}$/);
    assert.equal((await project.endpoint.counts()).arrivals, sent, 'the same run again is served from the store');
  });

  it('a forecast was about right, and the next one takes the lengths of the rollouts that were run', async () => {
    const totals = (await json('status', runId))['totals'] as readonly RoleTotals[];
    assertForecast('a small project', planned, totals);
    const { forecast } = (await json('status', runId)) as { forecast?: ForecastOutcome };
    const sum = (pick: (total: RoleTotals) => number) => totals.reduce((all, total) => all + pick(total), 0);
    assert.equal(
      forecast?.likely.calls,
      planned.rows.reduce((all, row) => all + row.calls.likely, 0),
    );
    assert.deepEqual(forecast?.took, {
      rollouts: sum((total) => total.rollouts),
      calls: sum((total) => total.calls),
      tokens: sum((total) => total.promptTokens + total.completionTokens),
    });
    const line = `orecast: ${forecastSentence(forecast!)}`;
    for (const shown of [optimized, (await at('status', runId)).stdout]) assert.ok(shown.includes(`\n  f${line}\n`), shown);
    assert.ok(readFileSync(path.join(project.folder, `.watersmeet/reports/${runId}.html`), 'utf8').includes(`F${line}.`));
    const { stdout } = await at('optimize', '--dry-run');
    const rollouts = Number(/rollouts as long as ([\d,]+) earlier ones of this agent/.exec(stdout)?.[1]?.replaceAll(',', ''));
    // Two runs, the second of which was served.
    assert.equal(rollouts, 2 * totals.find(({ role }) => role === 'agent')!.rollouts);
    const again = (await json('optimize', '--dry-run'))['plan'] as Forecast;
    assertForecast('a small project, measured', again, totals, 2, ['rollouts', 'promptTokens']);
    const other = (await json('optimize', '--dry-run', '--model', `${project.endpoint.baseURL}#fake-mini`))['plan'] as Forecast;
    assert.equal(other.measuredOn, 0, 'another model is another agent');
  });

  it('runs, status, show, diff and watch tell of runs that have ended', async () => {
    const { stdout: runs } = await at('runs');
    assert.match(runs, new RegExp(`run +project +status +champion +active +started by\n.*\n +${runId} +rules +completed +(not )?better +`));
    const status = await at('status', runId);
    assert.equal(status.exitCode, 0);
    assert.doesNotMatch(status.stdout, COLOUR);
    assert.match(status.stdout, /✔ prove .*test tasks\n/);
    assert.match(status.stdout, /digest [0-9a-f]{64}/);
    assert.match((await at('show')).stdout, /^rules \(playbook\)\n {2}- RULE \S+ -> \S+\n {4}[0-9a-f]{10}, from s\d+ \(t\d+/);
    assert.match((await at('diff')).stdout, /^rules \(playbook\)\n\+ - RULE /);
    const watched = await at('watch', runId);
    assert.equal(watched.exitCode, 0);
    assert.match(watched.stdout, /candidate +select/);

    assert.equal((await json('status', runId))['status'], 'completed');
    assert.equal(((await json('show'))['modules'] as unknown[]).length, 1);
    assert.equal(((await json('diff'))['modules'] as unknown[]).length, 1);
    assert.equal((jsonOf(await at('runs', '--json')) as unknown as unknown[]).length, 2);
    assert.equal(jsonLines(await at('watch', runId, '--json')).at(-1)!['status'], 'completed');
  });

  it('a run is found by how its id begins, if only one begins so', async () => {
    const { exitCode, stdout } = await at('status', runId.slice(0, -1));
    assert.equal(exitCode, 0);
    assert.match(stdout, new RegExp(runId));
    assert.equal((await at('status', runId.slice(0, 4))).exitCode, 2);
  });

  it('pause, unpause, cancel and resume say that there is nothing to do any more', async () => {
    for (const verb of ['pause', 'unpause', 'cancel', 'resume']) {
      const { exitCode, stderr } = await at(verb);
      assert.equal(exitCode, 2);
      assert.match(stderr, /Every run in \S+ has ended\. `watersmeet runs` lists them/);
      const error = jsonOf(await at(verb, '--json'))['error'] as Record<string, unknown>;
      assert.equal(error['exitCode'], 2);
    }
  });

  it('promote, champions and rollback keep the champions', async () => {
    assert.match((await at('champions')).stdout, /No champion yet/);
    assert.equal((await at('rollback')).exitCode, 2);
    const first = await json('promote', runId, '--note', 'first');
    assert.equal(first['version'], 1);
    const second = await at('promote', runId);
    assert.match(second.stdout, /Champion 1 of rules is already that of run/);
    const none = await at('rollback');
    assert.equal(none.exitCode, 2);
    assert.match(none.stderr, /no earlier champion with other modules/);
    assert.equal((await json('rollback', '1'))['by'], 'rollback to 1');
    assert.match((await at('champions')).stdout, /version +promoted \(UTC\) +run +by +modules +note\n +2 \* .*rollback to 1.*\n +1 .*person.*first/);
    for (const wrong of ['9', 'x']) assert.equal((await at('rollback', wrong)).exitCode, 2);
  });

  it('optimize --from-champion begins with the champion, if it has the modules that the agent is made for', async () => {
    const other = await at(
      'optimize',
      '--from-champion',
      '--set',
      'modules={"rules":{"kind":"playbook","items":[]},"more":{"kind":"playbook","items":[]}}',
      '--set',
      'agent.system={{rules}}{{more}}',
    );
    assert.equal(other.exitCode, 2);
    assert.match(
      other.stderr,
      /Champion 2 has the modules rules \(playbook\), the configuration has more \(playbook\), rules \(playbook\): a run from the champion needs the same\./,
    );
    const from = await at('optimize', '--from-champion', '--json');
    assert.equal(from.exitCode, 0, from.stderr);
    const confirmed = jsonLines(from).find((line) => (line['body'] as { type?: string } | undefined)?.type === 'confirm-ended');
    if (confirmed !== undefined) assert.equal((confirmed['body'] as { against: string }).against, 'champion');
    assert.equal((await at('runs')).stdout.split('\n').length, 5, 'the one that was refused is no run');
  });

  it('report writes the file that is named', async () => {
    assert.equal((await json('report', '--output', 'out/mine.html'))['file'], path.join(project.folder, 'out/mine.html'));
    assert.match(readFileSync(path.join(project.folder, 'out/mine.html'), 'utf8'), /^<!doctype html>/);
    const { exitCode, stderr } = await at('report', '--output', 'tasks.jsonl/report.html');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^error The report cannot be written: .*Name another file with --output\.\n$/);
  });

  it('schedule creates, shows, pauses, fires and deletes; a worker executes what fired', async function () {
    // A dozen processes, one after another.
    this.timeout(180_000);
    const created = await at('schedule', 'create', 'weekly', '--cron', '0 3 * * 1', '--time-zone', 'Europe/Berlin');
    assert.equal(created.exitCode, 0, created.stderr);
    assert.match(
      created.stdout,
      /weekly +0 3 \* \* 1 \(Europe\/Berlin\)\n +next +\d{4}-.*UTC\n[^]*Schedules fire only while a host runs: keep `watersmeet worker` running/,
    );
    // Temporal's file is disposable: the schedule comes back from the store.
    for (const file of readdirSync(path.join(project.folder, '.watersmeet'))) {
      if (file.startsWith('temporal.db')) rmSync(path.join(project.folder, '.watersmeet', file));
    }
    // From here on another process is the host.
    const worker = startCli(project.folder, ['worker', '--json']);
    await worker.until(/"event":"host"/);
    const again = await at('schedule', 'create', 'weekly', '--cron', '0 3 * * 1');
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /There is a schedule "weekly" already/);
    await json('schedule', 'pause', 'weekly');
    assert.equal((await json('schedule', 'show', 'weekly'))['paused'], true);
    await json('schedule', 'unpause', 'weekly');
    const [listed] = jsonOf(await at('schedule', 'list', '--json')) as unknown as [Record<string, unknown>];
    assert.equal(listed['paused'], false);

    await json('schedule', 'trigger', 'weekly');
    await worker.until(/"status":"completed"/);
    assert.equal((jsonOf(await at('runs', '--json')) as unknown as { startedBy: string }[])[0]!.startedBy, 'schedule:weekly');

    const tasks = path.join(project.folder, 'tasks.jsonl');
    const good = readFileSync(tasks, 'utf8');
    writeFileSync(tasks, `${good}{"input": \n`);
    await json('schedule', 'trigger', 'weekly');
    await worker.until(/started no run/);
    assert.match(
      (await at('schedule', 'show', 'weekly')).stdout,
      /failed the last time it fired, no run was started: .*tasks\.jsonl, line \d+ is not valid JSON/,
    );
    writeFileSync(tasks, good);

    await json('schedule', 'delete', 'weekly');
    const gone = await at('schedule', 'show', 'weekly');
    assert.equal(gone.exitCode, 2);
    assert.match(gone.stderr, /There is no schedule "weekly"/);
    worker.process.kill('SIGINT');
    const ended = await worker.exit;
    assert.equal(ended.exitCode, 0, ended.stderr);
    assert.equal(jsonLines(ended).at(-1)!['event'], 'stopping');
  });

  it('with --json nothing is told, not even what is passed over', async () => {
    const broken = path.join(project.folder, 'broken');
    mkdirSync(broken);
    writeFileSync(path.join(broken, 'temporal'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const environment = { PATH: `${broken}${path.delimiter}${process.env['PATH'] ?? ''}`, TEMPORAL_CLI: undefined };
    const told = await cli(project.folder, ['schedule', 'list'], { environment });
    assert.match(told.stderr, /broken\/temporal is no temporal program that runs here: .* It is passed over\./);
    const quiet = await cli(project.folder, ['schedule', 'list', '--json'], { environment });
    assert.equal(quiet.stderr, '');
    assert.deepEqual(jsonOf(quiet), []);
  });

  it('a reader that leaves early is no failure', () => {
    const line = `set -o pipefail; "${process.execPath}" "${MAIN}" status --json | true`;
    const { status, stderr } = spawnSync('bash', ['-c', line], { cwd: project.folder, encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
});
