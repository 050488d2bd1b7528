// Needs nothing.

import assert from 'node:assert/strict';
import { contentAddress } from '../../src/store/content-address.js';
import { defineConfig, type WatersmeetConfig } from '../../src/config/config.js';
import type { Overrides } from '../../src/config/overrides.js';
import { resolveConfig, type LoadedConfig } from '../../src/config/resolve-config.js';
import { failureTypeOf } from '../../src/core/failures.js';

const CHAT = defineConfig({
  project: 'freight-desk',
  benchmark: { file: 'messages.jsonl' },
  agent: { kind: 'chat', system: '{{instructions}}' },
  modules: { instructions: 'Name the intent.' },
  scorer: 'normalised',
  model: 'local',
});

const FUNCTION = defineConfig({
  project: 'rules',
  benchmark: { tasks: [{ input: 'a', expected: 'b' }] },
  agent: async () => 'x',
  modules: { insights: { kind: 'playbook', items: ['Open the fridge.'] } },
  scorer: () => 1,
  model: 'http://localhost:11434/v1#qwen3',
});

function resolved(config: unknown, overrides?: Overrides): LoadedConfig {
  return resolveConfig(config, { file: '/project/watersmeet.config.ts', ...(overrides === undefined ? {} : { overrides }) });
}

/** The lines of the error, without the file's name. */
function problemsOf(config: unknown, overrides?: Overrides): readonly string[] {
  try {
    resolved(config, overrides);
  } catch (error) {
    assert.equal(failureTypeOf(error), 'input.invalid');
    const { message } = error as Error;
    const [head = '', ...lines] = message.split('\n');
    if (lines.length === 0) return [head.replace(/^(\/project\/watersmeet.config.ts|The command line): /, '')];
    assert.equal(head, `/project/watersmeet.config.ts: ${lines.length} problems.`);
    return lines.map((line) => line.trim());
  }
  throw new assert.AssertionError({ message: 'The configuration was taken.' });
}

describe('A configuration with nothing but what is needed', () => {
  it('takes a function in optimize.propose for the inner optimizer, and repairs with it', () => {
    const propose = () => [];
    const { settings, definitions } = resolved({ ...CHAT, optimize: { propose, version: '7' } });
    assert.deepEqual([settings.optimize.inner, settings.optimize.version, settings.repair.rounds, settings.merge.model], ['function', '7', 3, false]);
    assert.equal(definitions.propose, propose);
    assert.match(resolved({ ...CHAT, optimize: { propose } }).settings.optimize.version ?? '', /^[0-9a-f]{64}$/);
  });

  it('gets the defaults of the table', () => {
    const { settings, projectFolder, folder, benchmark, engine, definitions } = resolved(CHAT);
    assert.deepEqual(settings.subset, { size: 16, contextShare: 0.25, divide: 'stratified' });
    assert.deepEqual(settings.optimize, {
      inner: 'reflect',
      epochs: 10,
      patience: 3,
      maxEdits: 3,
      feedback: 'scorer',
      demosPerCategory: 2,
      demosFrom: 'trajectories',
    });
    assert.deepEqual(settings.merge, { fanIn: 4, pool: 60, combine: 'greedy', model: true });
    assert.deepEqual(settings.repair, { rounds: 3, tasks: 12 });
    assert.deepEqual(settings.select, { finalists: 8, blockSize: 12, baselines: [] });
    assert.deepEqual(settings.confirm, { alpha: 0.05 });
    assert.deepEqual(settings.prove, {});
    assert.deepEqual(settings.budget, {});
    assert.deepEqual(settings.rollout, { timeoutSeconds: 120 });
    assert.equal(settings.strategy, 'fgo');
    assert.equal(settings.seed, 1);
    assert.equal(projectFolder, '/project/.watersmeet');
    assert.equal(folder, '/project');
    assert.deepEqual(benchmark, { source: '/project/messages.jsonl', fields: {}, splits: { train: 0.5, validation: 0.25, test: 0.25 }, take: {} });
    assert.deepEqual(engine, {});
    assert.deepEqual(definitions, {});
  });

  it('is plain: it survives JSON as it is', () => {
    const { settings } = resolved(CHAT);
    assert.deepEqual(JSON.parse(JSON.stringify(settings)), settings);
  });

  it('takes the local model as it runs', () => {
    const { settings } = resolved(CHAT);
    const local = {
      model: 'SmolLM2-135M-Instruct',
      endpoint: 'local',
      contextTokens: 8192,
      maxTokens: 128,
      temperature: 0,
      concurrency: 8,
      timeoutSeconds: 300,
    };
    assert.deepEqual(settings.models, { agent: local, optimizer: local, evaluator: local, judge: local, merger: local });
  });

  it('bounds modules by kind, and by a quarter of the context', () => {
    assert.deepEqual(resolved(CHAT).settings.moduleLimits, { instructions: { maxTokens: 1500 } });
    const modules = { instructions: '', insights: { kind: 'playbook' as const }, examples: { kind: 'demos' as const } };
    const agent = { kind: 'chat' as const, system: '{{instructions}}{{insights}}{{examples}}' };
    assert.deepEqual(resolved({ ...CHAT, model: 'http://localhost:1/v1#x', agent, modules }).settings.moduleLimits, {
      instructions: { maxTokens: 1500 },
      insights: { maxTokens: 2000 },
      examples: { maxTokens: 3000 },
    });
    assert.deepEqual(resolved({ ...CHAT, model: { model: 'local', contextTokens: 4096 }, agent, modules }).settings.moduleLimits, {
      instructions: { maxTokens: 1024 },
      insights: { maxTokens: 1024 },
      examples: { maxTokens: 1024 },
    });
  });
});

describe('Defaults that depend', () => {
  const remote = 'http://localhost:11434/v1#qwen3';
  const tolerances: readonly [string, WatersmeetConfig, string][] = [
    ['a chat agent with a remote model allows one standard error', { ...CHAT, model: remote }, 'one-standard-error'],
    ['a chat agent with the local model allows none', CHAT, 'none'],
    ['a function agent allows none', FUNCTION, 'none'],
    [
      'a stochastic function agent allows one standard error',
      { ...FUNCTION, agent: { kind: 'function', run: async () => 'x', stochastic: true } },
      'one-standard-error',
    ],
    ['what the configuration says goes first', { ...CHAT, model: remote, gate: { tolerance: 'none' } }, 'none'],
  ];
  for (const [name, config, expected] of tolerances) {
    it(`gate.tolerance: ${name}`, () => assert.equal(resolved(config).settings.gate.tolerance, expected));
  }

  it('without an optimizer model nothing is put to a merger, and nothing is repaired', () => {
    const { model: _, ...bare } = FUNCTION;
    const { settings } = resolved({ ...bare, modules: { ...bare.modules, examples: { kind: 'demos' } }, optimize: { inner: 'bootstrap' } });
    assert.deepEqual(settings.models, {});
    assert.equal(settings.merge.model, false);
    assert.equal(settings.repair.rounds, 0);
  });

  it("the optimizer takes the agent's model, the other roles take the optimizer's", () => {
    const { models } = resolved({ ...CHAT, models: { optimizer: remote, judge: 'local' } }).settings;
    assert.equal(models.agent?.endpoint, 'local');
    assert.equal(models.optimizer?.model, 'qwen3');
    assert.equal(models.evaluator?.model, 'qwen3');
    assert.equal(models.merger?.model, 'qwen3');
    assert.equal(models.judge?.endpoint, 'local');
  });

  it('a function agent without a model of its own may have an optimizer', () => {
    const { model: _, ...bare } = FUNCTION;
    const { models } = resolved({ ...bare, models: { optimizer: remote } }).settings;
    assert.equal(models.agent, undefined);
    assert.equal(models.optimizer?.model, 'qwen3');
  });
});

describe('Modules, agents and scorers', () => {
  it("items of the seed get stable ids and the seed's origin", () => {
    const { settings } = resolved({
      ...FUNCTION,
      modules: { insights: { kind: 'playbook', items: ['a', 'a'] }, examples: { kind: 'demos', items: [{ input: 'i', output: 'o' }] } },
    });
    const [insights, examples] = settings.modules;
    assert.ok(insights?.kind === 'playbook' && examples?.kind === 'demos');
    assert.deepEqual(insights.items, [
      { id: contentAddress({ module: 'insights', subset: 'seed', epoch: 0, number: 1 }).slice(0, 10), text: 'a', origins: [{ subset: 'seed', taskIds: [] }] },
      { id: insights.items[1]?.id, text: 'a', origins: [{ subset: 'seed', taskIds: [] }] },
    ]);
    assert.notEqual(insights.items[0]?.id, insights.items[1]?.id);
    assert.equal(examples.items[0]?.text, 'i');
    assert.equal(examples.items[0]?.answer, 'o');
  });

  it('functions are kept apart from the settings, which have their versions', () => {
    const run = async () => 'x';
    const score = () => 1;
    const { settings, definitions } = resolved({ ...FUNCTION, agent: run, scorer: { kind: 'function', score, version: 'v2', timeoutSeconds: 3 } });
    assert.deepEqual(definitions, { run, stochastic: false, score });
    assert.equal(settings.agent.kind, 'function');
    assert.match(settings.agent.kind === 'function' ? settings.agent.version : '', /^[0-9a-f]{64}$/);
    assert.deepEqual(settings.scorer, { kind: 'function', version: 'v2', timeoutSeconds: 3 });
  });

  it('scorers by name and by object', () => {
    assert.deepEqual(resolved({ ...CHAT, scorer: 'numeric' }).settings.scorer, { kind: 'numeric', tolerance: 0.000001, relative: false });
    assert.deepEqual(resolved({ ...CHAT, scorer: { kind: 'numeric', tolerance: 0.01, relative: true } }).settings.scorer, {
      kind: 'numeric',
      tolerance: 0.01,
      relative: true,
    });
    assert.deepEqual(resolved({ ...CHAT, scorer: { kind: 'json-fields', fields: ['total'] } }).settings.scorer, { kind: 'json-fields', fields: ['total'] });
    assert.deepEqual(resolved({ ...CHAT, scorer: { kind: 'judge', rubric: 'Polite?' } }).settings.scorer, { kind: 'judge', rubric: 'Polite?' });
    assert.deepEqual(resolved({ ...CHAT, scorer: 'token-f1' }).settings.scorer, { kind: 'token-f1' });
  });
});

describe('Names of models', () => {
  const paid = { ...CHAT, budget: { money: 5 } };

  it("openai:<name> has its address, its key's variable, its price and its context", () => {
    assert.deepEqual(resolved({ ...paid, model: 'openai:gpt-4.1-mini' }).settings.models.agent, {
      model: 'gpt-4.1-mini',
      endpoint: 'https://api.openai.com/v1',
      apiKeyVariable: 'OPENAI_API_KEY',
      contextTokens: 1_047_576,
      maxTokens: 4096,
      temperature: 0,
      price: { input: 0.4, output: 1.6, cachedInput: 0.1 },
      concurrency: 8,
      timeoutSeconds: 300,
    });
  });

  it('<base URL>#<name> is unpriced and has no key unless it is named', () => {
    assert.deepEqual(resolved({ ...CHAT, model: 'http://localhost:11434/v1/#qwen3:8b' }).settings.models.agent, {
      model: 'qwen3:8b',
      endpoint: 'http://localhost:11434/v1',
      contextTokens: 128_000,
      maxTokens: 4096,
      temperature: 0,
      concurrency: 8,
      timeoutSeconds: 300,
    });
  });

  it('an object says more', () => {
    const model = {
      model: 'qwen3',
      baseURL: 'https://models.example.com/v1',
      apiKeyVariable: 'EXAMPLE_KEY',
      price: { input: 1, output: 2 },
      contextTokens: 32_768,
      maxTokens: 1_000,
      temperature: 0.7,
      concurrency: 3,
      requestsPerMinute: 60,
      tokensPerMinute: 90_000,
      timeoutSeconds: 20,
      extra: { top_p: 0.9 },
    };
    const { baseURL, ...rest } = model;
    assert.deepEqual(resolved({ ...paid, model }).settings.models.agent, { ...rest, endpoint: baseURL });
  });

  it("OpenAI's reasoning models get the temperature and the limit they take", () => {
    const { models } = resolved({ ...paid, model: 'openai:gpt-5-mini' }).settings;
    assert.equal(models.agent?.temperature, 1);
    assert.deepEqual(models.agent?.extra, { max_completion_tokens: 4096 });
    assert.deepEqual(
      resolved({ ...paid, model: { model: 'openai:o4-mini', maxTokens: 9_000, extra: { reasoning_effort: 'low' } } }).settings.models.agent?.extra,
      { max_completion_tokens: 9_000, reasoning_effort: 'low' },
    );
  });

  it('nothing in the environment chooses a model or a key', () => {
    const before = { ...process.env };
    try {
      process.env['OPENAI_API_KEY'] = 'sk-test';
      process.env['OPENAI_BASE_URL'] = 'https://elsewhere.example.com/v1';
      process.env['OPENAI_MODEL'] = 'gpt-4o';
      assert.equal(resolved(CHAT).settings.models.agent?.endpoint, 'local');
      assert.ok(!JSON.stringify(resolved({ ...paid, model: 'openai:gpt-4o' })).includes('sk-test'));
      const { model: _, ...without } = CHAT;
      assert.equal(problemsOf(without).length, 2);
    } finally {
      process.env = before;
    }
  });

  const bad: readonly [string, string][] = [
    ['gpt-4.1-mini', 'model is "gpt-4.1-mini", which names no endpoint: write "openai:gpt-4.1-mini", "<base URL>#<name>" or "local".'],
    ['openai/gpt-4o', 'model is "openai/gpt-4o", which names no endpoint: write "openai:gpt-4o", "<base URL>#<name>" or "local".'],
    ['Locl', 'model is "Locl", which names no endpoint. Did you mean "local"?'],
    ['sk-secret-of-mine', 'model is "sk-…", which names no endpoint: write "openai:gpt-4.1-mini", "<base URL>#<name>" or "local".'],
    ['gpt-4o-mimi', 'model is "gpt-4o-mimi", which names no endpoint: write "openai:gpt-4o-mini", "<base URL>#<name>" or "local".'],
    ['openai:', 'model is "openai:", which names no endpoint: write "openai:gpt-4.1-mini", "<base URL>#<name>" or "local".'],
    ['http://localhost:11434/v1', 'model is an address without a model: write "<base URL>#<name>", such as "http://localhost:11434/v1#qwen3".'],
    ['http://#x', 'model is no address: write a base URL such as "http://localhost:11434/v1".'],
    ['https://me:secret@example.com/v1#x', 'model holds a user name or password: name the environment variable that holds the key in apiKeyVariable instead.'],
    ['https://example.com/v1?key=secret#x', 'model must end with its path, without "?" and "#".'],
  ];
  for (const [model, sentence] of bad) it(`${model} is refused`, () => assert.deepEqual(problemsOf({ ...CHAT, model }), [sentence]));

  it('an address that is not of the web is refused', () => {
    assert.deepEqual(problemsOf({ ...CHAT, model: { model: 'x', baseURL: 'ftp://example.com' } }), [
      'model.baseURL must begin with http:// or https://, but begins with ftp://.',
    ]);
  });
});

describe('Money', () => {
  it('a priced model needs a limit, or a word that there is none', () => {
    const sentence =
      'budget.money is missing: "gpt-4.1-mini" at https://api.openai.com/v1 costs 0.4 US dollars a million tokens in and 1.6 out (as noted in 2025-08). Set a limit in US dollars, or \'none\'.';
    assert.deepEqual(problemsOf({ ...CHAT, model: 'openai:gpt-4.1-mini' }), [sentence]);
    assert.deepEqual(problemsOf({ ...CHAT, models: { optimizer: 'openai:gpt-4.1-mini' } }), [sentence]);
    assert.equal(resolved({ ...CHAT, model: 'openai:gpt-4.1-mini', budget: { money: 'none' } }).settings.budget.money, 'none');
    assert.equal(resolved({ ...CHAT, model: 'openai:gpt-4.1-mini', budget: { money: 2.5 } }).settings.budget.money, 2.5);
  });

  it("a paid provider's model without a known price needs a price, or the word", () => {
    const config = { ...CHAT, model: 'openai:gpt-99' };
    const sentence =
      'model.price is missing: the price of "gpt-99" at https://api.openai.com/v1 is not known, so no limit of money can hold. Give model as an object with price: { input, output } in US dollars a million tokens, or set budget.money to \'none\' (--set budget.money=none).';
    assert.deepEqual(problemsOf(config), [sentence]);
    assert.deepEqual(problemsOf({ ...config, budget: { money: 5 } }), [sentence]);
    assert.equal(resolved({ ...config, budget: { money: 'none' } }).settings.models.agent?.price, undefined);
  });

  it('an endpoint of unknown price needs one, or no limit on purpose; one in the own network does not', () => {
    assert.deepEqual(problemsOf({ ...CHAT, model: 'https://models.example.com/v1#x', budget: { money: 5 } }), [
      'model.price is missing: the price of "x" at https://models.example.com/v1 is not known, so no limit of money can hold. Give model as an object with price: { input, output } in US dollars a million tokens, or set budget.money to \'none\' (--set budget.money=none).',
    ]);
    assert.deepEqual(
      problemsOf({ ...CHAT, model: { model: 'openai:gpt-99', price: { input: 1, output: 1 } }, models: { optimizer: 'openai:gpt-99' }, budget: { money: 5 } }),
      [
        'models.optimizer.price is missing: the price of "gpt-99" at https://api.openai.com/v1 is not known, so no limit of money can hold. Give models.optimizer as an object with price: { input, output } in US dollars a million tokens, or set budget.money to \'none\' (--set budget.money=none).',
      ],
    );
    // Without a limit, too: nobody knows what a run on it costs.
    assert.equal(problemsOf({ ...CHAT, model: 'https://models.example.com/v1#x' }).length, 1);
    resolved({ ...CHAT, model: 'https://models.example.com/v1#x', budget: { money: 'none' } });
    for (const host of ['127.0.0.1', '[::1]', '10.1.2.3', '192.168.0.7', '172.20.0.1', 'gpu-box', 'gpu-box.local'])
      resolved({ ...CHAT, model: `http://${host}:8080/v1#x`, budget: { money: 5 } });
    assert.equal(problemsOf({ ...CHAT, model: 'http://172.40.0.1:8080/v1#x' }).length, 1);
    resolved({ ...CHAT, model: { model: 'x', baseURL: 'https://models.example.com/v1', price: { input: 0, output: 0 } } });
  });
});

describe('What is wrong is told in one line each', () => {
  const { project: _, ...noProject } = CHAT;
  const { model: __, ...noModel } = CHAT;
  const { model: ___, ...bareFunction } = FUNCTION;
  const cases: readonly [name: string, config: unknown, sentences: readonly string[]][] = [
    [
      'no project',
      noProject,
      ['project is missing: it must be text of letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 64 of them.'],
    ],
    [
      'a project with spaces',
      { ...CHAT, project: 'my project' },
      ['project must be text of letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 64 of them, but is "my project".'],
    ],
    ['an unknown key', { ...CHAT, subset: { sise: 8 } }, ['subset.sise is not a known key. Did you mean subset.size?']],
    ['a key of another section', { ...CHAT, epochs: 8 }, ['epochs is not a known key. Did you mean optimize.epochs?']],
    ['a key of nowhere', { ...CHAT, gate: { zzzzzzzzzz: 8 } }, ['gate.zzzzzzzzzz is not a known key. Known here: tolerance.']],
    ['a number as text', { ...CHAT, subset: { size: '16' } }, ['subset.size must be a whole number from 1, but is "16" (text).']],
    ['a fraction', { ...CHAT, optimize: { epochs: 2.5 } }, ['optimize.epochs must be a whole number from 1, but is 2.5.']],
    ['not a number', { ...CHAT, confirm: { alpha: Number.NaN } }, ['confirm.alpha must be a number above 0 and at most 0.5, but is NaN.']],
    ['too large', { ...CHAT, subset: { contextShare: 1.5 } }, ['subset.contextShare must be a number above 0 and at most 1, but is 1.5.']],
    ['too small', { ...CHAT, merge: { fanIn: 1 } }, ['merge.fanIn must be a whole number from 2, but is 1.']],
    ['an unknown word', { ...CHAT, strategy: 'fog' }, ['strategy must be "fgo" or "all-at-once", but is "fog". Did you mean "fgo"?']],
    [
      'a misspelt scorer',
      { ...CHAT, scorer: 'normalized' },
      [
        'scorer.kind must be "exact", "normalised", "numeric", "token-f1", "json-fields", "set", "environment", "benchmark", "function" or "judge", but is "normalized". Did you mean "normalised"?',
      ],
    ],
    ['a scorer of another type', { ...CHAT, scorer: 5 }, ['scorer must be the name of a scorer, an object with "kind", or a function, but is 5.']],
    ['an agent of another type', { ...CHAT, agent: 'chat' }, ['agent must be an object with "kind", or a function, but is "chat".']],
    ['an agent of unknown kind', { ...CHAT, agent: { kind: 'robot' } }, ['agent.kind must be "chat", "react" or "function", but is "robot".']],
    ['an agent without a function', { ...CHAT, agent: { kind: 'function' } }, ['agent.run is missing: it must be a function of the context.']],
    [
      'a module of unknown kind',
      { ...CHAT, modules: { instructions: { kind: 'text' } } },
      ['modules.instructions.kind must be "instructions", "playbook" or "demos", but is "text".'],
    ],
    ['a module of another type', { ...CHAT, modules: { instructions: null } }, ['modules.instructions must be text, or an object with "kind", but is null.']],
    [
      'a demo without an output',
      { ...CHAT, modules: { instructions: { kind: 'demos', items: [{ input: 'a' }] } } },
      ['modules.instructions.items[0].output is missing: it must be text.'],
    ],
    ['modules of another type', { ...CHAT, modules: [] }, ['modules must be an object of modules by name, but is an empty list.']],
    ['money as a word', { ...CHAT, budget: { money: 'lots' } }, ['budget.money must be a number above 0 (US dollars), or \'none\', but is "lots" (text).']],
    ['money below zero', { ...CHAT, budget: { money: -1 } }, ["budget.money must be a number above 0 (US dollars), or 'none', but is -1."]],
    ['a flag as a number', { ...CHAT, merge: { model: 1 } }, ['merge.model must be true or false, but is 1.']],
    [
      'fields by number',
      { ...CHAT, benchmark: { file: 'x.csv', fields: { input: 3 } } },
      ['benchmark.fields.input must be the name of a field, or a list of names, but is 3.'],
    ],
    ['tasks that are no records', { ...CHAT, benchmark: { tasks: ['a'] } }, ['benchmark.tasks[0] must be a record, such as { input, expected }, but is "a".']],
    ['no tasks', { ...CHAT, benchmark: { tasks: [] } }, ['benchmark.tasks must be a list of at least one record, but is an empty list.']],
    [
      'neither file nor tasks',
      { ...CHAT, benchmark: {} },
      ['benchmark needs "file", the path of a file of tasks, "tasks", a list of them, or "name", that of a benchmark Watersmeet knows.'],
    ],
    ['an unknown benchmark', { ...CHAT, benchmark: 'gsm9k' }, ['benchmark.name is "gsm9k", which is no known benchmark. Did you mean "gsm8k"?']],
    [
      'no scorer for a file',
      { ...CHAT, scorer: undefined },
      ['scorer is missing: say how an output is scored, such as "exact" or "normalised", or give a function.'],
    ],
    ['file and tasks', { ...CHAT, benchmark: { file: 'x', tasks: [{ input: 1 }] } }, ['benchmark has "file" and "tasks": leave one of them out.']],
    ['no modules', { ...CHAT, modules: {} }, ["modules is empty: name at least one text to optimize, such as { instructions: 'Answer in one word.' }."]],
    [
      'a module with a bad name',
      { ...FUNCTION, modules: { 'a b': '' } },
      ['modules has the name "a b": a name is letters, digits, "_" and "-", and begins with a letter.'],
    ],
    [
      'a module that is too long',
      { ...CHAT, modules: { instructions: { kind: 'instructions', text: 'x'.repeat(100), maxTokens: 20 } } },
      ['modules.instructions has about 25 tokens, more than its maxTokens (20): shorten it, or set modules.instructions.maxTokens.'],
    ],
    [
      'modules that overrun the context',
      { ...CHAT, modules: { instructions: { kind: 'instructions', text: '', maxTokens: 9000 } } },
      ['modules may grow to 9000 tokens, which with an answer of model.maxTokens (128) is more than model.contextTokens (8192): lower their maxTokens.'],
    ],
    [
      'a module that is never shown',
      { ...CHAT, modules: { instructions: '', insights: { kind: 'playbook' } } },
      ['The agent never sees the module "insights". Put {{insights}} into agent.system or agent.user.'],
    ],
    [
      'bootstrap without demos',
      { ...CHAT, optimize: { inner: 'bootstrap' } },
      ['optimize.inner is "bootstrap", which needs a module of kind "demos": add one to modules.'],
    ],
    [
      'a baseline without demos',
      { ...CHAT, select: { baselines: ['random-demos'] } },
      ['select.baselines has "random-demos", which needs a module of kind "demos": add one to modules.'],
    ],
    [
      'a function that is not there',
      { ...CHAT, optimize: { inner: 'function' } },
      ['optimize.inner is "function", which needs the function: give optimize.propose, (context) => edits.'],
    ],
    [
      'a function beside another inner optimizer',
      { ...CHAT, optimize: { inner: 'reflect', propose: () => [] } },
      ['optimize.propose is a function, but optimize.inner is "reflect": leave one of them out.'],
    ],
    [
      'an environment that is not there',
      { ...FUNCTION, optimize: { propose: () => [] }, agent: { kind: 'function', run: async () => 'x', environment: 'kitchen' } },
      [
        'agent.environment is "kitchen", which is no known environment: "agentbench-db", "alfworld". For one of your own, hand it to playEpisode in your function.',
      ],
    ],
    [
      'options of no environment',
      { ...FUNCTION, optimize: { propose: () => [] }, agent: { kind: 'function', run: async () => 'x', environmentOptions: { maxSteps: 9 } } },
      ['agent.environmentOptions is for the environment of a known benchmark: give agent.environment, too, or leave it out.'],
    ],
    [
      'a version of no function',
      { ...CHAT, optimize: { version: '2' } },
      ['optimize.version is the version of a function: give optimize.propose, too, or leave it out.'],
    ],
    ['no function', { ...CHAT, optimize: { propose: 'learn' } }, ['optimize.propose must be a function of the context, but is "learn".']],
    [
      'a chat agent without a model',
      noModel,
      [
        'model is missing: an agent of kind "chat" needs one. Write model: "local" for the small one that needs no key, or "openai:<name>".',
        'optimize.inner is "reflect", which needs a model that proposes edits: give model or models.optimizer, or a function in optimize.propose, or set optimize.inner to "bootstrap".',
      ],
    ],
    [
      'roles without a model',
      { ...bareFunction, optimize: { feedback: 'model' }, scorer: { kind: 'judge', rubric: 'Polite?' }, merge: { model: true } },
      [
        'optimize.inner is "reflect", which needs a model that proposes edits: give model or models.optimizer, or a function in optimize.propose, or set optimize.inner to "bootstrap".',
        'optimize.feedback is "model", which needs a model: give models.evaluator, or set optimize.feedback to "scorer".',
        'scorer.kind is "judge", which needs a model: give models.judge.',
        'merge.model is true, but there is no model: give models.merger, or set merge.model to false.',
      ],
    ],
    [
      'a field that is ours',
      { ...CHAT, model: { model: 'local', extra: { stream: true } } },
      ['model.extra.stream is not possible: Watersmeet fills it in itself.'],
    ],
    [
      'several at once',
      { ...CHAT, seed: -1, subset: { size: 0 }, model: 'nope', foldr: 'x' },
      [
        'model is "nope", which names no endpoint: write "openai:nope", "<base URL>#<name>" or "local".',
        'seed must be a whole number from 0, but is -1.',
        'subset.size must be a whole number from 1, but is 0.',
        'foldr is not a known key. Did you mean folder?',
      ],
    ],
    ['no object', 5, ['The default export must be an object: defineConfig({ ... }), but is 5.']],
    ['a function', () => CHAT, ['The default export is a function: export its result, "export default defineConfig({ ... })".']],
  ];
  for (const [name, config, sentences] of cases) it(name, () => assert.deepEqual(problemsOf(config), sentences));

  it('a key that was written into the configuration is not repeated', () => {
    const lines = problemsOf({ ...CHAT, model: { model: 'local', apiKey: 'sk-secret', apiKeyVariable: 'sk-secret 2' } });
    assert.deepEqual(lines, [
      'model.apiKeyVariable must be the name of an environment variable, never the key itself; what is there is not such a name.',
      'model.apiKey is not a known key: keys are never written in a configuration. Name the environment variable that holds it in model.apiKeyVariable.',
    ]);
  });

  it('a long list of problems ends after fifty', () => {
    assert.throws(
      () => resolved({ ...CHAT, benchmark: { tasks: Array.from({ length: 80 }, () => 1) } }),
      (error: Error) => {
        const lines = error.message.split('\n');
        return lines[0] === '/project/watersmeet.config.ts: 80 problems.' && lines.length === 52 && lines.at(-1) === '  and 30 more.';
      },
    );
  });
});

describe('The command line', () => {
  it('changes values by dotted key, as JSON or as text', () => {
    const { settings } = resolved(CHAT, {
      set: ['subset.size=4', 'strategy=all-at-once', 'select.baselines=[]', 'modules.instructions=Be brief = good.', 'model.temperature=0.5', 'subset.size=5'],
    });
    assert.equal(settings.subset.size, 5);
    assert.equal(settings.strategy, 'all-at-once');
    assert.equal(settings.models.agent?.temperature, 0.5);
    assert.equal(settings.models.agent?.endpoint, 'local');
    assert.deepEqual(settings.modules[0], { kind: 'instructions', name: 'instructions', text: 'Be brief = good.', origins: [{ subset: 'seed', taskIds: [] }] });
  });

  it('--model replaces the model as a whole', () => {
    const config = { ...CHAT, model: { model: 'local', temperature: 0.5 } };
    const { agent } = resolved(config, { model: 'http://localhost:1/v1#x' }).settings.models;
    assert.equal(agent?.model, 'x');
    assert.equal(agent?.temperature, 0);
    assert.deepEqual(config.model, { model: 'local', temperature: 0.5 });
  });

  it('reaches into shorthands', () => {
    const { settings, definitions } = resolved(FUNCTION, { set: ['agent.version=mine', 'scorer.timeoutSeconds=1'] });
    assert.deepEqual(settings.agent, { kind: 'function', version: 'mine' });
    assert.equal(settings.scorer.kind === 'function' && settings.scorer.timeoutSeconds, 1);
    assert.equal(typeof definitions.run, 'function');
  });

  it('is named where it is wrong', () => {
    assert.deepEqual(problemsOf(CHAT, { set: ['subset.size=none'] }), [
      'subset.size must be a whole number from 1, but is "none" (text), given on the command line.',
    ]);
    assert.deepEqual(problemsOf(CHAT, { set: ['subset.sise=3'] }), ['subset.sise, given on the command line, is not a known key. Did you mean subset.size?']);
    assert.deepEqual(problemsOf(CHAT, { set: ['subset'] }), ['--set subset: write key=value, such as subset.size=8.']);
    assert.deepEqual(problemsOf(CHAT, { set: ['=3'] }), ['--set =3: write key=value, such as subset.size=8.']);
    assert.deepEqual(problemsOf(CHAT, { set: ['seed.x=3'] }), ['seed must be a whole number from 0, but is an object, given on the command line.']);
    assert.deepEqual(problemsOf({ ...CHAT, seed: 3 }, { set: ['seed.x=3'] }), ['--set seed.x: seed is 3, so it has no "x".']);
    assert.equal(({} as { size?: number }).size, undefined);
    assert.equal(problemsOf(CHAT, { set: ['__proto__.size=3'] }).length, 1);
    assert.equal(({} as { size?: number }).size, undefined);
  });
});

describe('explain', () => {
  it('says of every value where it comes from', () => {
    const { values } = resolved(
      { ...CHAT, optimize: { epochs: 4 }, models: { optimizer: 'http://localhost:1/v1#x' } },
      { set: ['subset.size=4'], model: { model: 'local', temperature: 1 } },
    );
    const origin = (key: string) => values.find((value) => value.key === key);
    assert.deepEqual(origin('project'), { key: 'project', value: 'freight-desk', origin: 'config' });
    assert.deepEqual(origin('optimize.epochs'), { key: 'optimize.epochs', value: 4, origin: 'config' });
    assert.deepEqual(origin('optimize.patience'), { key: 'optimize.patience', value: 3, origin: 'default' });
    assert.deepEqual(origin('subset.size'), { key: 'subset.size', value: 4, origin: 'command line' });
    assert.deepEqual(origin('model.endpoint'), { key: 'model.endpoint', value: 'local', origin: 'command line' });
    assert.deepEqual(origin('model.temperature'), { key: 'model.temperature', value: 1, origin: 'command line' });
    assert.deepEqual(origin('model.maxTokens'), { key: 'model.maxTokens', value: 128, origin: 'default' });
    assert.deepEqual(origin('models.optimizer.model'), { key: 'models.optimizer.model', value: 'x', origin: 'config' });
    assert.deepEqual(origin('models.merger'), { key: 'models.merger', value: 'as models.optimizer', origin: 'default' });
    assert.deepEqual(origin('modules.instructions.text'), { key: 'modules.instructions.text', value: 'Name the intent.', origin: 'config' });
    assert.deepEqual(origin('modules.instructions.maxTokens'), { key: 'modules.instructions.maxTokens', value: 1500, origin: 'default' });
    assert.deepEqual(origin('gate.tolerance'), { key: 'gate.tolerance', value: 'none', origin: 'default' });
    assert.deepEqual(origin('scorer.kind'), { key: 'scorer.kind', value: 'normalised', origin: 'config' });
    assert.deepEqual(origin('benchmark.splits.train'), { key: 'benchmark.splits.train', value: 0.5, origin: 'default' });
    assert.deepEqual(origin('folder'), { key: 'folder', value: '.watersmeet', origin: 'default' });
    assert.equal(new Set(values.map(({ key }) => key)).size, values.length);
  });
});
