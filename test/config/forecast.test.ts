// Needs nothing.

import assert from 'node:assert/strict';
import { defineConfig, type WatersmeetConfig } from '../../src/config/config.js';
import { forecast, type Forecast, type ForecastRow, type Range } from '../../src/config/forecast.js';
import { resolveConfig } from '../../src/config/resolve-config.js';
import type { RunSettings } from '../../src/core/run-settings.js';

const CONFIG = defineConfig({
  project: 'p',
  benchmark: { file: 'b.jsonl' },
  agent: { kind: 'chat', system: '{{instructions}}{{insights}}' },
  modules: { instructions: 'Name the intent.', insights: { kind: 'playbook', maxTokens: 1_000 } },
  scorer: 'normalised',
  model: { model: 'x', baseURL: 'http://localhost:1/v1', price: { input: 1, output: 2 }, contextTokens: 100_000 },
  budget: { money: 5 },
});
const COUNTS = { train: 100, select: 40, confirm: 40, test: 60 };

const settingsOf = (change: Partial<WatersmeetConfig> = {}): RunSettings => resolveConfig({ ...CONFIG, ...change }, { folder: '/p' }).settings;
const row = ({ rows }: Forecast, phase: string, role = 'agent'): ForecastRow | undefined => rows.find((one) => one.phase === phase && one.role === role);

const bounds = (range: Range | undefined) => ({ low: range?.low, high: range?.high });

describe('forecast', () => {
  it('follows the run phase by phase', () => {
    const plan = forecast(settingsOf({ optimize: { epochs: 5 }, merge: { combine: 'union' } }), COUNTS);
    assert.equal(plan.subsets, 7);
    assert.equal(plan.subsetSize, 16);
    assert.equal(plan.mergeLevels, 2);
    assert.deepEqual(bounds(row(plan, 'baseline')?.rollouts), { low: 40, high: 40 });
    // Exploring once, and a gate each epoch.
    assert.deepEqual(bounds(row(plan, 'optimize')?.rollouts), { low: 100, high: 600 });
    // One call a subset and epoch, each with a repair attempt.
    assert.deepEqual(bounds(row(plan, 'optimize', 'optimizer')?.calls), { low: 0, high: 70 });
    // 7 parents in 2 nodes, then 2 in 1: all on the pool, and one union a node.
    assert.deepEqual(bounds(row(plan, 'merge')?.rollouts), { low: 0, high: 60 * (7 + 2 + 2 + 1) });
    // Three nodes: one call for the instructions, at most four for what contradicts in the playbook, each with a repair attempt.
    assert.deepEqual(bounds(row(plan, 'merge', 'merger')?.calls), { low: 0, high: 30 });
    // Three rounds: all training tasks looked through, before and after on pool and failures.
    assert.deepEqual(bounds(row(plan, 'repair')?.rollouts), { low: 0, high: 3 * (100 + 2 * 72) });
    assert.deepEqual(bounds(row(plan, 'repair', 'optimizer')?.calls), { low: 0, high: 6 });
    // Seven finalists beside the seed, which ran as the baseline.
    assert.deepEqual(bounds(row(plan, 'select')?.rollouts), { low: 0, high: 7 * 40 });
    assert.deepEqual(bounds(row(plan, 'confirm')?.rollouts), { low: 0, high: 80 });
    assert.deepEqual(bounds(row(plan, 'prove')?.rollouts), { low: 60, high: 120 });
    assert.deepEqual(
      plan.rows.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]),
      ['baseline', 'optimize', 'merge', 'repair', 'select', 'confirm', 'prove'],
    );
  });

  it('says what is likely beside the bounds: a few epochs, a search of about as many trials as a subset has edits, one repair', () => {
    const plan = forecast(settingsOf(), COUNTS);
    const likely = (phase: string, role?: string) => row(plan, phase, role)?.rollouts.likely;
    assert.equal(likely('optimize'), 100 * (1 + 4));
    assert.equal(row(plan, 'optimize', 'optimizer')?.calls.likely, 7 * 4);
    // Four epochs of three edits: 11 trials in each of 3 nodes, which have 9 parents in all.
    assert.equal(likely('merge'), 60 * (7 + 2 + 3 * 11));
    // One call for the instructions, two for the playbook.
    assert.equal(row(plan, 'merge', 'merger')?.calls.likely, 3 * (1 + 2));
    assert.equal(likely('repair'), 100 - 60 + 72);
    assert.equal(likely('confirm'), 80);
    assert.equal(likely('prove'), 120);
    assert.ok(row(plan, 'merge')!.rollouts.high > 5 * likely('merge')!);
  });

  it('takes the steps and tokens of earlier rollouts, where there are some', () => {
    const measured = { rollouts: 120, calls: 4, promptTokens: 2_000, completionTokens: 80 };
    const plan = forecast(settingsOf(), COUNTS, { measured });
    const { calls, promptTokens, completionTokens } = row(plan, 'optimize')!;
    assert.deepEqual([calls.likely, promptTokens.likely, completionTokens.likely], [4 * 500, 2_000 * 500, 80 * 500]);
    assert.equal(plan.measuredOn, 120);
    assert.equal(forecast(settingsOf(), COUNTS).measuredOn, 0);
  });

  it('takes a bare answer to be as long as the expected one', () => {
    const [assumed, bare] = [undefined, 3].map((answerTokens) => row(forecast(settingsOf(), COUNTS, { answerTokens }), 'prove')!.completionTokens.likely);
    assert.deepEqual([assumed, bare], [120 * 100, 120 * 3]);
  });

  it('ranges are in order, whole where they count, and finite', () => {
    for (const change of [
      {},
      { strategy: 'all-at-once' as const },
      { merge: { pool: 0 } },
      { optimize: { feedback: 'model' as const } },
      { scorer: { kind: 'judge' as const, rubric: 'x' } },
    ]) {
      const plan = forecast(settingsOf(change), COUNTS);
      for (const { rollouts, calls, promptTokens, completionTokens } of plan.rows) {
        for (const range of [rollouts, calls, promptTokens, completionTokens]) {
          assert.ok(
            range.low <= range.likely && range.likely <= range.high && range.low >= 0 && Object.values(range).every(Number.isSafeInteger),
            JSON.stringify(range),
          );
        }
      }
      assert.ok(plan.cost !== undefined && plan.cost.low > 0 && plan.cost.low < plan.cost.likely && plan.cost.likely < plan.cost.high);
    }
  });

  it('a greedy merge may try more than a union', () => {
    const greedy = row(forecast(settingsOf(), COUNTS), 'merge')?.rollouts.high ?? 0;
    const union = row(forecast(settingsOf({ merge: { combine: 'union' } }), COUNTS), 'merge')?.rollouts.high ?? 0;
    assert.ok(greedy > union);
  });

  it('all-at-once has one subset, no merge and no repair, and prompts that end at the context', () => {
    const plan = forecast(settingsOf({ strategy: 'all-at-once', model: { ...(CONFIG.model as object), model: 'x', contextTokens: 9_000 } }), {
      ...COUNTS,
      train: 5_000,
    });
    assert.equal(plan.subsets, 1);
    assert.equal(plan.subsetSize, 5_000);
    assert.equal(plan.mergeLevels, 0);
    assert.equal(row(plan, 'merge'), undefined);
    assert.equal(row(plan, 'repair'), undefined);
    assert.deepEqual(row(plan, 'optimize', 'optimizer')?.promptTokens.high, 20 * (9_000 - 4_096));
  });

  it('long trajectories make smaller subsets', () => {
    const plan = forecast(settingsOf(), COUNTS, { measured: { rollouts: 120, promptTokens: 9_000, completionTokens: 1_000, trajectoryTokens: 5_000 } });
    assert.equal(plan.measuredOn, 120);
    assert.equal(plan.subsetSize, 5);
    assert.equal(plan.subsets, 20);
    assert.equal(row(plan, 'baseline')?.promptTokens.low, 40 * 9_000);
    assert.equal(row(plan, 'baseline')?.completionTokens.high, 40 * 1_000);
  });

  it('demos from given answers cost the race only', () => {
    const plan = forecast(
      settingsOf({
        agent: { kind: 'chat', system: '{{instructions}}', demos: 'examples' },
        modules: { instructions: '', examples: { kind: 'demos' } },
        optimize: { inner: 'bootstrap', demosFrom: 'answers' },
        merge: { pool: 0 },
      }),
      COUNTS,
    );
    assert.deepEqual([...new Set(plan.rows.map(({ phase }) => phase))], ['baseline', 'select', 'confirm', 'prove']);
    assert.deepEqual([...new Set(plan.rows.map(({ role }) => role))], ['agent']);
    // At least one other than the seed, for two blocks.
    assert.equal(row(plan, 'select')?.rollouts.low, 24);
  });

  it('counts the judge with every rollout, and the evaluator with every trajectory', () => {
    const plan = forecast(settingsOf({ scorer: { kind: 'judge', rubric: 'x' }, optimize: { feedback: 'model', epochs: 2 } }), COUNTS);
    assert.deepEqual(bounds(row(plan, 'baseline', 'judge')?.calls), { low: 40, high: 80 });
    assert.deepEqual(bounds(row(plan, 'optimize', 'evaluator')?.calls), { low: 0, high: 400 });
  });

  it('an agent without a model makes rollouts, but no calls, and nothing has a price', () => {
    const { model: _, budget: __, ...bare } = CONFIG;
    const settings = resolveConfig(
      { ...bare, agent: async () => 'x', modules: { examples: { kind: 'demos' } }, optimize: { inner: 'bootstrap' } },
      { folder: '/p' },
    ).settings;
    const plan = forecast(settings, COUNTS);
    const none = { low: 0, likely: 0, high: 0 };
    assert.deepEqual(row(plan, 'baseline'), {
      phase: 'baseline',
      role: 'agent',
      rollouts: { low: 40, likely: 40, high: 40 },
      calls: none,
      promptTokens: none,
      completionTokens: none,
    });
    assert.equal(plan.cost, undefined);
    assert.equal(plan.subsetSize, 16);
  });

  it("a function's trials are likely as many as an earlier run made for each task, or as those of the examples", () => {
    const settings = settingsOf({ optimize: { propose: async () => [], epochs: 2 } });
    const none = forecast(settingsOf({ optimize: { epochs: 2 } }), COUNTS);
    assert.equal(none.trials, undefined);
    const trialsOf = (plan: Forecast, phase: string, end: 'low' | 'likely' | 'high') => row(plan, phase)!.rollouts[end] - row(none, phase)!.rollouts[end];
    const assumed = forecast(settings, COUNTS);
    assert.equal(assumed.trials, 'assumed');
    assert.deepEqual([trialsOf(assumed, 'optimize', 'low'), trialsOf(assumed, 'optimize', 'likely')], [0, 2 * 100 * 6]);
    // One trial on the pool of 60 and 12 failing tasks.
    assert.equal(trialsOf(assumed, 'repair', 'likely'), 72);
    for (const [perTask, most] of [
      [3, 70],
      [100, 100],
    ] as const) {
      const measured = forecast(settings, COUNTS, { trialsPerTask: perTask });
      assert.equal(measured.trials, 'measured');
      assert.deepEqual([trialsOf(measured, 'optimize', 'likely'), trialsOf(measured, 'optimize', 'high')], [2 * 100 * perTask, 2 * 100 * most]);
    }
  });

  it('a cost is what the tokens cost', () => {
    const plan = forecast(settingsOf({ merge: { pool: 0 }, optimize: { epochs: 1 } }), COUNTS);
    const sum = plan.rows.reduce((total, { promptTokens, completionTokens }) => total + promptTokens.high + 2 * completionTokens.high, 0) / 1e6;
    assert.ok(Math.abs((plan.cost?.high ?? 0) - sum) < 1e-9);
  });

  it('an empty part is no error', () => {
    const plan = forecast(settingsOf(), { train: 0, select: 0, confirm: 0, test: 0 });
    assert.equal(plan.subsets, 0);
    assert.deepEqual(
      plan.rows.filter(({ rollouts }) => rollouts.high > 0),
      [],
    );
  });

  it('counts the input that agents are shown: of documents it is most of the tokens', () => {
    const [short, long] = [undefined, 2_000].map((inputTokens) => forecast(settingsOf(), COUNTS, { inputTokens }));
    const tokens = (plan: typeof short) => row(plan!, 'prove')!.promptTokens.low / row(plan!, 'prove')!.rollouts.low;
    assert.equal(tokens(long) - tokens(short), 1_850);
    assert.ok(long!.subsetSize <= short!.subsetSize);
  });
});
