// Needs nothing.

import assert from 'node:assert/strict';
import { defineConfig, type WatersmeetConfig } from '../../src/config/config.js';
import { differences, identityOf } from '../../src/config/identity.js';
import { resolveConfig } from '../../src/config/resolve-config.js';
import type { RunSettings } from '../../src/core/run-settings.js';

const LISTS = { train: 'a', select: 'b', confirm: 'c', test: 'd' };
const CONFIG = defineConfig({
  project: 'p',
  benchmark: { file: 'b.jsonl' },
  agent: { kind: 'chat', system: '{{instructions}}{{insights}}' },
  modules: { instructions: 'a', insights: { kind: 'playbook', items: ['x'] } },
  scorer: { kind: 'function', score: () => 1, version: '1' },
  model: { model: 'openai:gpt-4.1-mini', requestsPerMinute: 10 },
  budget: { money: 5, rollouts: 100 },
});

const settingsOf = (config: WatersmeetConfig): RunSettings => resolveConfig(config, { folder: '/p' }).settings;
const recorded = settingsOf(CONFIG);
const model = { model: 'openai:gpt-4.1-mini', requestsPerMinute: 10 };

describe('What may change on resume', () => {
  const cases: readonly [string, WatersmeetConfig][] = [
    ['concurrency', { ...CONFIG, model: { ...model, concurrency: 2 } }],
    ['rate limits', { ...CONFIG, model: { model: model.model, tokensPerMinute: 1_000 } }],
    ['time-outs of calls', { ...CONFIG, model: { ...model, timeoutSeconds: 10 } }],
    ['the variable of the key', { ...CONFIG, model: { ...model, apiKeyVariable: 'OTHER_KEY' } }],
    ['the price', { ...CONFIG, model: { ...model, price: { input: 9, output: 9 } } }],
    ['the limit of money', { ...CONFIG, budget: { money: 50, rollouts: 100 } }],
    ['no limit of money', { ...CONFIG, budget: { money: 'none', rollouts: 100 } }],
    ['the limit of time', { ...CONFIG, budget: { money: 5, rollouts: 100, activeMinutes: 3 } }],
    ['a mended function scorer', { ...CONFIG, scorer: { kind: 'function', score: () => 0, version: '2', timeoutSeconds: 99 } }],
    ['where the engine and the store are', { ...CONFIG, engine: { address: 'x:7233' }, folder: 'elsewhere' }],
  ];
  for (const [name, config] of cases) {
    it(name, () => {
      assert.deepEqual(differences(recorded, settingsOf(config)), []);
      assert.equal(identityOf(settingsOf(config), LISTS), identityOf(recorded, LISTS));
    });
  }
});

describe('A mended proposer', () => {
  const withVersion = (version: string) => settingsOf({ ...CONFIG, optimize: { propose: () => [], version } });

  it('is let through only when the run waits for it', () => {
    assert.deepEqual(differences(withVersion('1'), withVersion('2')), ['optimize.version']);
    assert.deepEqual(differences(withVersion('1'), withVersion('2'), { proposerMended: true }), []);
    assert.deepEqual(differences(withVersion('1'), recorded, { proposerMended: true }), ['merge.model', 'optimize.inner', 'optimize.version']);
    assert.notEqual(identityOf(withVersion('1'), LISTS), identityOf(withVersion('2'), LISTS));
  });
});

describe('Mended tools', () => {
  const withVersion = (version: string) =>
    settingsOf({ ...CONFIG, agent: { kind: 'react', system: '{{instructions}}{{insights}}', environment: () => ({ reset: none, step: none }), version } });
  const none = () => ({ observation: '', done: true, score: 0 });

  it('are let through only when the run waits for them, and never another agent', () => {
    assert.deepEqual(differences(withVersion('1'), withVersion('2')), ['agent.version']);
    assert.deepEqual(differences(withVersion('1'), withVersion('2'), { agentMended: true }), []);
    assert.ok(differences(withVersion('1'), recorded, { agentMended: true }).includes('agent.version'));
  });
});

describe('What may not change on resume', () => {
  const cases: readonly [string, WatersmeetConfig, readonly string[]][] = [
    ['the project', { ...CONFIG, project: 'q' }, ['project']],
    ['the seed', { ...CONFIG, seed: 2 }, ['seed']],
    ['the strategy', { ...CONFIG, strategy: 'all-at-once' }, ['strategy']],
    ['a module', { ...CONFIG, modules: { ...CONFIG.modules, instructions: 'b' } }, ['modules']],
    [
      'a bound of a module',
      { ...CONFIG, modules: { ...CONFIG.modules, insights: { kind: 'playbook', items: ['x'], maxTokens: 3 } } },
      ['modules.insights.maxTokens'],
    ],
    ['the agent', { ...CONFIG, agent: { kind: 'chat', system: '{{insights}}{{instructions}}' } }, ['agent.system']],
    ['a built-in scorer', { ...CONFIG, scorer: 'exact' }, ['scorer.kind']],
    ['the plan', { ...CONFIG, budget: { money: 5, rollouts: 101, tokens: 5 } }, ['budget.rollouts', 'budget.tokens']],
    [
      "a model's temperature",
      { ...CONFIG, model: { ...model, temperature: 1 } },
      ['model.temperature', 'models.evaluator.temperature', 'models.judge.temperature', 'models.merger.temperature', 'models.optimizer.temperature'],
    ],
    [
      "the optimizer's model",
      { ...CONFIG, models: { optimizer: 'local', evaluator: model, judge: model, merger: model } },
      ['models.optimizer.contextTokens', 'models.optimizer.endpoint', 'models.optimizer.maxTokens', 'models.optimizer.model'],
    ],
    [
      'more fields of requests',
      { ...CONFIG, model: { ...model, extra: { top_p: 1 } } },
      ['model.extra.top_p', 'models.evaluator.extra.top_p', 'models.judge.extra.top_p', 'models.merger.extra.top_p', 'models.optimizer.extra.top_p'],
    ],
    ['the time of an attempt', { ...CONFIG, rollout: { timeoutSeconds: 1 } }, ['rollout.timeoutSeconds']],
    [
      'everything of the method',
      {
        ...CONFIG,
        subset: { size: 3 },
        optimize: { epochs: 3 },
        gate: { tolerance: 'none' },
        merge: { pool: 3 },
        repair: { rounds: 1 },
        select: { finalists: 3 },
        confirm: { alpha: 0.1 },
        prove: { maxTasks: 3 },
      },
      ['confirm.alpha', 'gate.tolerance', 'merge.pool', 'optimize.epochs', 'prove.maxTasks', 'repair.rounds', 'select.finalists', 'subset.size'],
    ],
  ];
  for (const [name, config, keys] of cases) {
    it(name, () => {
      assert.deepEqual(differences(recorded, settingsOf(config)), keys);
      assert.notEqual(identityOf(settingsOf(config), LISTS), identityOf(recorded, LISTS));
    });
  }

  it('the tasks', () => {
    for (const part of ['train', 'select', 'confirm', 'test'] as const)
      assert.notEqual(identityOf(recorded, { ...LISTS, [part]: 'other' }), identityOf(recorded, LISTS));
  });

  it('a function agent, unless the caller says that it was mended', () => {
    const before: RunSettings = { ...recorded, agent: { kind: 'function', version: '1' } };
    const after: RunSettings = { ...recorded, agent: { kind: 'function', version: '2' } };
    assert.deepEqual(differences(before, after), ['agent.version']);
    assert.deepEqual(differences(before, after, { agentMended: true }), []);
    assert.deepEqual(differences(recorded, after, { agentMended: true }), ['agent.kind', 'agent.system', 'agent.user', 'agent.version']);
  });

  it('a setting that did not exist when this was written', () => {
    const later = { ...recorded, invented: 1 } as RunSettings;
    assert.deepEqual(differences(recorded, later), ['invented']);
  });
});

it('The identity is the same in every process', () => {
  assert.equal(identityOf(recorded, LISTS), identityOf(JSON.parse(JSON.stringify(recorded)) as RunSettings, { ...LISTS }));
  assert.match(identityOf(recorded, LISTS), /^[0-9a-f]{64}$/);
});
