// Needs the temporal program (found or fetched) and a fake endpoint in its own process. The three scripts are run as a user runs them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { cleanEnvironment, running, type RunningCli } from '../cli/run-cli.js';
import { smallProject, type SmallProject } from '../cli/small-project.js';

const SCRIPTS = path.join(import.meta.dirname, '../../scripts');

describe('the scripts', () => {
  let project: SmallProject;

  before(async () => {
    project = await smallProject({ endpoint: { latency: { kind: 'fixed', milliseconds: 20 }, onRequest: [{ arrival: 60, when: 'before', line: 'middle' }] } });
  });
  after(() => project?.remove());

  const script = (name: string, ...argv: readonly string[]): RunningCli =>
    running(spawn(process.execPath, [path.join(SCRIPTS, name), project.folder, ...argv], { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }));
  const lastLine = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;

  it('start-run, killed in the middle; resume-run goes on, and nothing recorded is sent again', async () => {
    const started = script('start-run.js');
    await started.meanwhile(project.endpoint.line('middle'));
    started.process.kill('SIGKILL');
    const { stdout } = await started.exit;
    const [, id] = /^run (\S+)$/m.exec(stdout)!;
    assert.match(stdout, /^optimize phase-started$/m);

    const resumed = await script('resume-run.js').exit;
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    const result = lastLine(resumed.stdout);
    assert.equal(result['run'], id);
    assert.match(String(result['digest']), /^[0-9a-f]{64}$/);
    const { byCall, arrivals } = await project.endpoint.counts();
    const twice = Object.values(byCall).filter((times) => times > 1).length;
    assert.ok(twice <= Number(result['lost']), `${twice} calls were sent twice, ${String(result['lost'])} were in flight`);
    // A call may be lost between its claim and its arrival.
    assert.equal(arrivals - twice, Number(result['sent']));
  });

  it('start-run runs to its end and prints its events and its champion', async () => {
    const { exitCode, stdout, stderr } = await script('start-run.js').exit;
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^run \S+\nforecast run-forecast\nbaseline phase-started\n/);
    assert.match(stdout, /^optimize\/\S+ subset-started$/m);
    assert.match(String(lastLine(stdout)['champion']), /^[0-9a-f]{64}$/);
  });

  it('schedule-run creates a schedule; another expression may be given, a wrong one is refused', async () => {
    const created = await script('schedule-run.js').exit;
    assert.equal(created.exitCode, 0, created.stderr);
    const { id, next } = lastLine(created.stdout) as { id: string; next: string[] };
    assert.equal(id, 'weekly');
    for (const time of next) assert.ok(new Date(time).getUTCDay() === 1 && time.endsWith('T03:00:00.000Z'), time);
    const wrong = await script('schedule-run.js', 'every monday').exit;
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /"every monday" is no cron expression/);
  });
});
