// Every default, in one table.

/** US dollars a million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
}

export const DEFAULTS = {
  strategy: 'fgo',
  seed: 1,
  folder: '.watersmeet',
  benchmark: { splits: { train: 0.5, validation: 0.25, test: 0.25 } },
  agent: { user: '{{input}}', stochastic: false },
  /** Of agents with tools. */
  tools: { user: '{{input}}', maxSteps: 20, toolTimeoutSeconds: 30, toolResultCharacters: 10_000 },
  /** Of agents in an environment: as the published ones of ALFWorld. */
  environment: { user: '{{observation}}', maxSteps: 50, showActions: false },
  /** Upper bounds in tokens, before the cap at a share of the agent's context. */
  modules: { instructions: { maxTokens: 1_500 }, playbook: { maxTokens: 2_000 }, demos: { maxTokens: 3_000 }, contextShare: 0.25 },
  scorer: { numeric: { tolerance: 0.000_001, relative: false }, set: { measure: 'exact' }, function: { timeoutSeconds: 10 } },
  subset: { size: 16, contextShare: 0.25, divide: 'stratified' },
  optimize: { inner: 'reflect', epochs: 10, patience: 3, maxEdits: 3, feedback: 'scorer', demosPerCategory: 2, demosFrom: 'trajectories' },
  merge: { fanIn: 4, pool: 60, combine: 'greedy' },
  /** `rounds` is 0 with `optimize.inner: 'bootstrap'`. */
  repair: { rounds: 3, tasks: 12 },
  select: { finalists: 8, blockSize: 12 },
  confirm: { alpha: 0.05 },
  rollout: { timeoutSeconds: 120 },
  model: {
    remote: { contextTokens: 128_000, maxTokens: 4_096, temperature: 0, concurrency: 8, timeoutSeconds: 300 },
    /** As models/local/settings.ts has it. Its server runs a few requests at once, and prefers those whose beginning it has in its cache. */
    local: { model: 'SmolLM2-135M-Instruct', contextTokens: 8_192, maxTokens: 128, temperature: 0, concurrency: 8, timeoutSeconds: 300 },
  },
} as const;

/** When the prices below were noted. Nothing fetches them: a configuration that knows better says so in `model.price`. */
export const PRICES_NOTED = '2025-08';

/** The models of api.openai.com whose price and context window we know, from the provider's public price page. Dated names are left out: some differ. */
export const OPENAI_MODELS: Readonly<Record<string, { readonly contextTokens: number; readonly price: Price }>> = {
  'gpt-4.1': { contextTokens: 1_047_576, price: { input: 2, output: 8, cachedInput: 0.5 } },
  'gpt-4.1-mini': { contextTokens: 1_047_576, price: { input: 0.4, output: 1.6, cachedInput: 0.1 } },
  'gpt-4.1-nano': { contextTokens: 1_047_576, price: { input: 0.1, output: 0.4, cachedInput: 0.025 } },
  'gpt-4o': { contextTokens: 128_000, price: { input: 2.5, output: 10, cachedInput: 1.25 } },
  'gpt-4o-mini': { contextTokens: 128_000, price: { input: 0.15, output: 0.6, cachedInput: 0.075 } },
  'gpt-5': { contextTokens: 400_000, price: { input: 1.25, output: 10, cachedInput: 0.125 } },
  'gpt-5-mini': { contextTokens: 400_000, price: { input: 0.25, output: 2, cachedInput: 0.025 } },
  'gpt-5-nano': { contextTokens: 400_000, price: { input: 0.05, output: 0.4, cachedInput: 0.005 } },
  o3: { contextTokens: 200_000, price: { input: 2, output: 8, cachedInput: 0.5 } },
  'o4-mini': { contextTokens: 200_000, price: { input: 1.1, output: 4.4, cachedInput: 0.275 } },
};
