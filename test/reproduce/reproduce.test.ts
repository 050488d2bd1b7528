// Needs the temporal program (found or fetched).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configOf } from '../../scripts/reproduce/benchmarks.js';
import { planCells } from '../../scripts/reproduce/plan.js';
import { cleanEnvironment, running } from '../cli/run-cli.js';
import { smallProject } from '../cli/small-project.js';

const ROOT = path.join(import.meta.dirname, '../../..');
const MAIN = path.join(ROOT, 'dist/scripts/reproduce/main.js');

describe('npm run reproduce', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-reproduce-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const reproduce = (...options: string[]) =>
    running(spawn(process.execPath, [MAIN, ...options], { cwd: ROOT, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }));
  const compare = (...options: string[]) =>
    reproduce('--config', 'examples/own-agent', '--seeds', '1', '--sizes', '40', '--set', `folder=${folder}`, ...options);

  it('compares strategies as one comparison: killed and typed again, it finds what is done and goes on', async () => {
    const killed = compare();
    await killed.until(/^1\/2 /m);
    killed.process.kill('SIGKILL');
    await killed.exit;

    const output = path.join(folder, 'table.md');
    const again = await compare('--output', output).exit;
    assert.equal(again.exitCode, 0, again.stderr);
    assert.match(again.stdout, /^2 runs, likely \(and in brackets, at least and at most\): [\d,]+ \([\d,]+ to [\d,]+\) rollouts, 0 calls\.$/m);
    assert.match(again.stdout, /^1\/2 {2}compare-own-agent-fgo-n40-s1-\w{8}: 0\.\d+ -> 0\.\d+ on 33 test tasks, \d+ rollouts, \d+ s \(found\)$/m);
    assert.match(again.stdout, /^2\/2 {2}compare-own-agent-all-at-once-n40-s1-\w{8}: /m);
    const table = readFileSync(output, 'utf8');
    assert.match(table, /^\| fgo +\| 40 +\| 1 +\| [\d.]+ % +\| [\d.]+ % \[[\d.]+ %, [\d.]+ %\] n=33 +\|/m);
    assert.match(table, /^fgo - all-at-once \(40 training tasks\): [+-][\d.]+ \[[+-][\d.]+, [+-][\d.]+\] on 33 test tasks; \d+ % of its rollouts\.$/m);
    assert.ok(again.stdout.includes(table.trim()));
  });

  it('has a configuration that loads for each of its benchmarks, with a model and without', async () => {
    for (const benchmark of ['alfworld', 'logistics-qa', 'gaia'] as const) {
      for (const model of benchmark === 'gaia' ? ['openai:gpt-4.1-mini'] : [undefined, 'openai:gpt-4.1-mini']) {
        const options = { strategies: ['fgo'], sizes: [40], seeds: [1], set: ['budget.money=5'] } as const;
        const [cell] = await planCells({
          ...options,
          config: configOf({ benchmark, ...(model === undefined ? {} : { model }) }),
          ...(model === undefined ? {} : { model }),
        });
        assert.equal(cell!.loaded.settings.models.agent?.model, model?.slice('openai:'.length));
      }
    }
  });

  it('takes --model for every role, whatever the configuration says of others, unless --optimizer or --set name another', async () => {
    const modelsOf = async (options: { readonly optimizer?: string; readonly set?: readonly string[] }) => {
      const model = 'http://127.0.0.1:9/v1#own';
      const [cell] = await planCells({
        config: configOf({ benchmark: 'alfworld', model }),
        strategies: ['fgo'],
        sizes: [40],
        seeds: [1],
        model,
        set: [],
        ...options,
      });
      return Object.values(cell!.loaded.settings.models).map(({ model: name }) => name);
    };
    assert.deepEqual(await modelsOf({}), ['own', 'own', 'own', 'own', 'own']);
    assert.deepEqual(await modelsOf({ optimizer: 'http://127.0.0.1:9/v1#strong' }), ['own', 'strong', 'strong', 'strong', 'strong']);
    assert.deepEqual(await modelsOf({ set: ['models.merger=http://127.0.0.1:9/v1#strong'] }), ['own', 'own', 'own', 'own', 'strong']);
  });

  it('names the models before it starts, and does not start what may cost money without a limit of all of it', async () => {
    const priced = (...options: string[]) =>
      reproduce(
        '--config',
        'examples/freight-desk',
        '--model',
        'openai:gpt-4.1-mini',
        '--set',
        'optimize.inner=reflect',
        '--optimizer',
        'http://127.0.0.1:9/v1#own',
        '--set',
        `folder=${folder}`,
        ...options,
      ).exit;
    const refused = await priced();
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stdout, /^agent: gpt-4\.1-mini at https:\/\/api\.openai\.com\/v1\noptimizer, merger: own at http:\/\/127\.0\.0\.1:9\/v1$/m);
    assert.equal(
      refused.stderr.trim(),
      'error gpt-4.1-mini at https://api.openai.com/v1 may cost money: give --money with the US dollars that all runs together may cost, or --money none.',
    );
    const limited = await priced('--money', '20', '--dry-run');
    assert.deepEqual([limited.exitCode, /^Limit of all 6 runs together: \$20\.$/m.test(limited.stdout)], [0, true], limited.stderr);
    const unlimited = await priced('--money', 'none', '--dry-run');
    assert.match(unlimited.stdout, /^No limit of money\.$/m);
    assert.match((await priced('--money', '0')).stderr, /--money is a number of US dollars above 0, or none\./);
  });

  it('makes other runs of other data', async () => {
    const runOf = async () => {
      const [cell] = await planCells({ config: path.join(folder, 'watersmeet.config.ts'), strategies: ['fgo'], sizes: [undefined], seeds: [1], set: [] });
      return cell!.runId;
    };
    cpSync(path.join(ROOT, 'examples/own-agent'), folder, { recursive: true });
    const before = await runOf();
    assert.equal(await runOf(), before);
    appendFileSync(path.join(folder, 'tickets.csv'), '\n');
    assert.notEqual(await runOf(), before);
  });

  it('takes lists of whole numbers, each once', async () => {
    for (const [option, list, message] of [
      ['--seeds', '1,2,', /--seeds is a list of whole numbers/],
      ['--seeds', '', /--seeds is a list of whole numbers/],
      ['--seeds', '0x10', /--seeds is a list of whole numbers/],
      ['--seeds', '3,3', /--seeds names one twice/],
      ['--strategies', 'fgo,fgo', /--strategies names one twice/],
      ['--output', path.join(folder, 'none', 'table.md'), /there is no such folder/],
    ] as const) {
      const { exitCode, stderr } = await compare(option, list, '--dry-run').exit;
      assert.equal(exitCode, 2, list);
      assert.match(stderr, message);
    }
  });

  it('shows the tokens of a run by role', async () => {
    const project = await smallProject({ tasks: 40 });
    try {
      const { exitCode, stdout, stderr } = await reproduce('--config', project.folder, '--seeds', '1', '--strategies', 'fgo').exit;
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /\| tokens of a run: agent +\| optimizer +\| agent prompt of a test task/);
      assert.match(stdout, /^\| fgo +\| \d+ +\| [\d,]+ +\| [\d,]+ +\| [1-9][\d,]+ +\| [1-9][\d,]+ +\| [1-9]\d* +\| \$0\.00 +\|$/m);
    } finally {
      await project.remove();
    }
  });

  it('starts nothing when it is told to forecast only, or what it is told makes no sense', async () => {
    const forecast = await compare('--dry-run').exit;
    assert.deepEqual([forecast.exitCode, forecast.stdout.split('\n').length], [0, 3]);
    for (const [options, sentence] of [
      [['--benchmark', 'gaia'], /gaia needs a model that can use tools: give --model\./],
      [['--config', 'examples/own-agent', '--strategies', 'fgo,ace'], /There is no strategy "ace"\. Known are: fgo, all-at-once\./],
    ] as const) {
      const { exitCode, stderr } = await reproduce(...options).exit;
      assert.equal(exitCode, 2);
      assert.match(stderr, sentence);
    }
  });
});
