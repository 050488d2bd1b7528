// Needs a fake endpoint in its own process; for a port in use and for runs, the temporal program (found or fetched). Every mistake gets one
// sentence and exit code 2; nothing is started, nothing is left behind.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { ensureTemporalCli } from '../../src/downloads/temporal-cli.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import { cleanEnvironment, cli, jsonLines, jsonOf, MAIN, startCli, type CliResult } from './run-cli.js';
import { smallProject, type SmallProject } from './small-project.js';

type Config = Record<string, unknown>;
type TaskRecord = Record<string, unknown>;

interface Mistake {
  readonly what: string;
  readonly config?: (config: Config) => Config | string | undefined;
  readonly tasks?: (tasks: readonly TaskRecord[]) => readonly TaskRecord[];
  /** A configuration in TypeScript: this scorer. */
  readonly score?: string;
  readonly argv?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly sentence: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: 'a missing configuration',
    config: () => undefined,
    sentence: /has no configuration: there is no watersmeet\.config\.ts .*Type `watersmeet init` to write one\./,
  },
  { what: 'a broken configuration', config: () => '{\n  "project": "x",,\n}', sentence: /watersmeet\.config\.json:2: not valid JSON/ },
  {
    what: 'unknown keys, with the nearest right ones',
    config: (config) => ({ ...config, optimize: { epoch: 3 }, benchmrk: {} }),
    sentence:
      /2 problems\.\n {2}optimize\.epoch is not a known key\. Did you mean optimize\.epochs\?\n {2}benchmrk is not a known key\. Did you mean benchmark\?/,
  },
  {
    what: 'an unknown key of --set',
    argv: ['--set', 'subset.siz=8'],
    sentence: /subset\.siz, given on the command line, is not a known key\. Did you mean subset\.size\?/,
  },
  {
    what: 'a benchmark that is not there',
    config: (config) => ({ ...config, benchmark: { file: 'task.jsonl' } }),
    sentence: /task\.jsonl does not exist\. Check the path of the benchmark/,
  },
  { what: 'an empty benchmark', tasks: () => [], sentence: /tasks\.jsonl holds no tasks\. Put at least one record into it\./ },
  {
    what: 'ids used twice',
    tasks: (tasks) => [...tasks, { ...tasks[0], input: 'another' }],
    sentence: /line 1 and line 73 have the same id "t00000"\. Give every task an id of its own\./,
  },
  {
    what: 'splits that overlap',
    tasks: (tasks) => [
      ...tasks.map((task, index) => ({ ...task, split: ['train', 'validation', 'test'][index % 3] })),
      { ...tasks[0], id: 'twin', split: 'test' },
    ],
    sentence: /line 1 and line 73 have the same input, but different splits \(train and test\): what is learned in one would leak/,
  },
  {
    what: 'fewer tasks than a split needs',
    tasks: (tasks) => tasks.slice(0, 5),
    sentence: /Fewer tasks than a split needs: train 3, .*select, confirm, test need at least 2\. Add tasks, change benchmark\.splits/,
  },
  {
    what: 'a model the endpoint does not have, with the nearest',
    config: (config) => ({ ...config, model: { ...(config['model'] as object), model: 'fke-mini' } }),
    sentence: /has no model "fke-mini"\. Did you mean "fake-mini"\? Correct the model/,
  },
  {
    what: 'a model without an endpoint',
    argv: ['--model', 'fake'],
    sentence: /model is "fake", which names no endpoint: write "openai:fake", "<base URL>#<name>" or "local"\./,
  },
  {
    what: 'an endpoint that does not answer',
    config: (config) => ({ ...config, model: { ...(config['model'] as object), baseURL: 'http://127.0.0.1:2/v1' } }),
    sentence: /http:\/\/127\.0\.0\.1:2\/v1 does not answer \(connection refused\)\. Check the model's address/,
  },
  {
    what: 'a key that is not set',
    config: (config) => ({ ...config, model: { ...(config['model'] as object), apiKeyVariable: 'NO_SUCH_KEY' } }),
    sentence: /The environment variable NO_SUCH_KEY is not set: it should hold the key for http/,
  },
  {
    what: 'a scorer that throws',
    score: 'throw new Error("no score");',
    sentence:
      /The scorer is broken: for task "t00000" it threw Error: no score \(at .*watersmeet\.config\.ts:\d+:\d+\)\. It has to return a number from 0 to 1/,
  },
  { what: 'a scorer that loops', score: 'for (;;);', sentence: /The scorer is broken: for task "t00000" it did not answer within 1 s\./ },
  { what: 'a scorer that returns NaN', score: 'return Number.NaN;', sentence: /The scorer is broken: for task "t00000" it returned NaN\./ },
  {
    what: 'a folder where a file is in the way',
    config: (config) => ({ ...config, folder: 'tasks.jsonl/state' }),
    sentence: /tasks\.jsonl.* (cannot be a folder|cannot be written|is no folder)/,
  },
  {
    what: 'a cluster that does not answer',
    environment: { TEMPORAL_ADDRESS: '127.0.0.1:2' },
    sentence: /The Temporal cluster at 127\.0\.0\.1:2 \(namespace default\) does not answer \(Connection refused\)\./,
  },
  {
    what: 'a temporal program that is none',
    environment: { TEMPORAL_CLI: '/bin/false' },
    sentence: /\/bin\/false \(from TEMPORAL_CLI\) is no temporal program that runs here/,
  },
];
/** These are only found when the engine is opened: a folder for its state is there by then. */
const LATE: readonly string[] = ['a cluster that does not answer', 'a temporal program that is none'];

describe('bad input of optimize', () => {
  let project: SmallProject;
  let tasks: readonly TaskRecord[];
  let folder: string;

  before(async () => {
    project = await smallProject();
    tasks = readFileSync(path.join(project.folder, 'tasks.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TaskRecord);
  });
  after(() => project.remove());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-bad-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = ({ config = (same) => same, tasks: change = (same) => same, score }: Pick<Mistake, 'config' | 'tasks' | 'score'>) => {
    const made = config({ ...project.config });
    writeFileSync(
      path.join(folder, 'tasks.jsonl'),
      change(tasks)
        .map((task) => `${JSON.stringify(task)}\n`)
        .join(''),
    );
    if (score !== undefined) {
      const { scorer: _, ...rest } = project.config;
      writeFileSync(
        path.join(folder, 'watersmeet.config.ts'),
        `import { defineConfig } from 'watersmeet';\nexport default defineConfig({\n  ...${JSON.stringify(rest)},\n  scorer: { kind: 'function', timeoutSeconds: 1, score: () => { ${score} } },\n});\n`,
      );
    } else if (made !== undefined) writeFileSync(path.join(folder, 'watersmeet.config.json'), typeof made === 'string' ? made : JSON.stringify(made));
  };
  const refused = (result: CliResult, sentence: RegExp) => {
    assert.match(result.stderr, sentence);
    assert.equal(result.exitCode, 2);
    assert.equal(result.stdout, '');
    assert.doesNotMatch(result.stderr, /^\s+at .*:\d+:\d+\)?$/m, 'no stack for a mistake of the user');
  };

  for (const mistake of MISTAKES) {
    it(`${mistake.what}: one sentence, exit code 2, nothing left`, async () => {
      write(mistake);
      const { environment, argv = [] } = mistake;
      refused(await cli(folder, ['optimize', ...argv], environment === undefined ? {} : { environment }), mistake.sentence);
      assert.equal(existsSync(path.join(folder, '.watersmeet')), LATE.includes(mistake.what));
      assert.equal((await project.endpoint.counts()).arrivals, 0, 'no model call');
    });
  }

  it('a wrong key: the variable is named, never the key', async () => {
    const strict = await smallProject({ endpoint: { apiKey: 'the-right-one' } });
    try {
      writeFileSync(
        path.join(strict.folder, 'watersmeet.config.json'),
        JSON.stringify({ ...strict.config, model: { ...(strict.config['model'] as object), apiKeyVariable: 'MY_KEY' } }),
      );
      const result = await cli(strict.folder, ['optimize'], { environment: { MY_KEY: 'the-wrong-one' } });
      refused(result, /refuses the key in the environment variable MY_KEY \(401\)\. Correct it/);
      assert.doesNotMatch(result.stderr, /the-wrong-one/);
      assert.equal(existsSync(path.join(strict.folder, '.watersmeet')), false);
      assert.equal((await cli(strict.folder, ['doctor'], { environment: { MY_KEY: 'the-right-one' } })).exitCode, 0);
    } finally {
      await strict.remove();
    }
  });

  it('says the same as JSON', async () => {
    write({ tasks: () => [] });
    const result = await cli(folder, ['optimize', '--json']);
    assert.equal(result.exitCode, 2);
    assert.equal(result.stderr, '');
    const { error } = jsonOf(result) as { error: Record<string, unknown> };
    assert.equal(error['type'], 'input.invalid');
    assert.equal(error['exitCode'], 2);
    const option = await cli(folder, ['optimize', '--json', '--modle', 'x']);
    assert.equal(option.exitCode, 2);
    assert.match(String((jsonOf(option)['error'] as Record<string, unknown>)['message']), /unknown option '--modle'/);
  });

  it('no disk space', function () {
    write({});
    const state = path.join(folder, 'small');
    mkdirSync(state);
    // A disk of 20 MB, seen by this command alone.
    const inside = (command: string) =>
      spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', `mount -t tmpfs -o size=20m none "${state}" && ${command}`], {
        cwd: folder,
        env: cleanEnvironment(),
        encoding: 'utf8',
      });
    if (inside('true').status !== 0) {
      console.log('      skipped: this machine lets nobody mount a small disk (unshare); test/workers/preflight.test.ts has the check');
      return this.skip();
    }
    const { status, stdout, stderr } = inside(`"${process.execPath}" "${MAIN}" optimize --set folder=small/.watersmeet`);
    refused({ exitCode: status, stdout, stderr }, /The disk that holds \S+small\/\.watersmeet has \d+ MB free; a run needs at least 200 MB\. Free some space/);
  });

  it('a store made by a newer version', async () => {
    write({});
    const store = await openStore({ folder: path.join(folder, '.watersmeet') });
    await store.close();
    const database = new Database(path.join(folder, '.watersmeet/store.db'));
    database.exec(`insert into migrations (version, name, applied_at, package_version) values (99, 'later', 0, '9.9.9')`);
    database.close();
    const sentence =
      /The store in \S+ has version 99, made by watersmeet 9\.9\.9; this is watersmeet \S+, which knows versions up to \d+\. Install watersmeet 9\.9\.9 or newer/;
    for (const command of ['optimize', 'status', 'resume', 'worker']) refused(await cli(folder, [command]), sentence);
    const doctor = await cli(folder, ['doctor']);
    assert.equal(doctor.exitCode, 2);
    assert.match(doctor.stdout, /problem +store +The store in/);
  });

  it('a run that does not exist', async () => {
    write({});
    for (const command of ['resume', 'status', 'watch', 'show', 'diff', 'report', 'promote', 'pause', 'unpause', 'cancel']) {
      refused(await cli(folder, [command, 'nothing']), /There is no store in \S+: name the folder of a project in which a run was started, or start one\./);
    }
    assert.equal(existsSync(path.join(folder, '.watersmeet')), false);
    await (await openStore({ folder: path.join(folder, '.watersmeet') })).close();
    for (const command of ['resume', 'status', 'watch', 'show', 'cancel']) {
      refused(await cli(folder, [command, 'nothing']), /There is no run "nothing" in \S+\. There are no runs yet: `watersmeet optimize` starts one\./);
    }
  });

  it('a wrong cron expression or time zone', async () => {
    write({});
    refused(
      await cli(folder, ['schedule', 'create', 'weekly', '--cron', '0 3 * *']),
      /"0 3 \* \*" is no cron expression \(it has 4 fields\)\. Use five fields: minute hour day-of-month month day-of-week, for example/,
    );
    refused(
      await cli(folder, ['schedule', 'create', 'weekly', '--cron', '0 3 * * 1', '--time-zone', 'Mars/Base']),
      /"Mars\/Base" is no time zone\. Use a name of the IANA database/,
    );
    refused(
      await cli(folder, ['schedule', 'create', 'weekly', '--cron', '0 30 * * 1']),
      /"0 30 \* \* 1" is no cron expression \("30" is no hour: it goes from 0 to 23\)/,
    );
    refused(await cli(folder, ['schedule', 'create', 'never', '--cron', '0 0 31 2 *']), /"0 0 31 2 \*" is no cron expression \(there is no such day\)/);
    assert.equal(existsSync(path.join(folder, '.watersmeet')), false);
    // This one only the server knows; it keeps no schedule.
    refused(await cli(folder, ['schedule', 'create', 'never', '--cron', '0 0 31 2,4 *']), /"0 0 31 2,4 \*" is no cron expression \(there is no such day\)/);
    refused(await cli(folder, ['schedule', 'show', 'never']), /There is no schedule "never"/);
  });

  it('settings that the endpoint takes for no task: the run ends after the baseline, before anything is optimized', async () => {
    const body = JSON.stringify({ error: { message: "Unsupported value: 'temperature' does not support 0 with this model." } });
    const strict = await smallProject({ endpoint: { faults: [{ kind: 'reply', from: 1, status: 400, body }] } });
    try {
      const { exitCode, stderr } = await cli(strict.folder, ['optimize']);
      assert.equal(exitCode, 1, stderr);
      assert.match(stderr, /failed The endpoint refused the requests of all \d+ tasks of the baseline: Unsupported value: 'temperature' .* start a new run\./);
      assert.doesNotMatch(stderr, /^ +\d+s {2}optimize/m);
      const [, tasks] = /all (\d+) tasks/.exec(stderr)!;
      assert.equal((await strict.endpoint.counts()).arrivals, Number(tasks));
    } finally {
      await strict.remove();
    }
  });

  it('a port in use: another one is taken; where none can be had, the server log says why', async () => {
    write({});
    const { path: real } = await ensureTemporalCli();
    const [occupy, once, always] = ['occupy.mjs', 'once', 'always'].map((name) => path.join(folder, name)) as [string, string, string];
    // Takes the port that the server was told to use, then starts the server.
    writeFileSync(
      occupy,
      `import { spawnSync } from 'node:child_process';\nimport { createServer } from 'node:net';\nconst argv = process.argv.slice(2);\ncreateServer().listen(Number(argv[argv.indexOf('--port') + 1]), '127.0.0.1', () => process.exit(spawnSync(${JSON.stringify(real)}, argv, { stdio: 'inherit' }).status));\n`,
    );
    const taken = `exec "${process.execPath}" "${occupy}" "$@"`;
    writeFileSync(once, `#!/bin/sh\nif [ "$1" = server ] && [ ! -e "${once}.done" ]; then touch "${once}.done"; ${taken}; fi\nexec "${real}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(always, `#!/bin/sh\nif [ "$1" = server ]; then ${taken}; fi\nexec "${real}" "$@"\n`, { mode: 0o755 });

    const worker = startCli(folder, ['worker', '--json'], { environment: { TEMPORAL_CLI: once } });
    await worker.until(/"event":"host"/);
    assert.ok(existsSync(`${once}.done`));
    worker.process.kill('SIGINT');
    const ended = await worker.exit;
    assert.equal(ended.exitCode, 0, ended.stderr);
    assert.equal(jsonLines(ended)[0]!['event'], 'host');

    refused(
      await cli(folder, ['worker'], { environment: { TEMPORAL_CLI: always } }),
      /The Temporal server \(\S+\) did not start: it ended with exit code 1\. Its log, \S+temporal\.log, ends with: .*(address already in use|bind)/,
    );
  });
});
