// The shape of a configuration, its shorthands written out. Every schema carries the words for what it needs: the
// sentences of a bad configuration are made of them.

import { z } from 'zod';
import type { EnvironmentFactory } from '../agents/environment.js';
import type { AgentFunction } from '../agents/function-agent.js';
import type { ProposeFunction } from '../agents/propose-function.js';
import type { Tool } from '../agents/tool.js';
import type { ScoreFunction } from '../benchmarks/scorers/check-score.js';
import type { Json, JsonObject } from '../core/json.js';
import type { WatersmeetConfig } from './config.js';
import { DEFAULTS } from './defaults.js';
import { modelProblems } from './model-settings.js';
import { alternatives, describe, dotted, nearest } from './problems.js';
import { isRecord } from './shorthands.js';
import { toolProblems } from './tools.js';

// --- leaves, each with the words for what it needs ---------------------------------------------------------------------

const phrase = (words: string) => ({ error: () => words });

/** Not empty. */
const text = (words = 'text') => z.string(phrase(words)).min(1, phrase(words));
const anyText = () => z.string(phrase('text'));
const flag = () => z.boolean(phrase('true or false'));
const whole = (least: number) => {
  const words = `a whole number from ${least}`;
  return z.int(phrase(words)).min(least, phrase(words));
};
const positive = () => z.number(phrase('a number above 0')).positive(phrase('a number above 0'));
const atLeastZero = () => z.number(phrase('a number from 0')).min(0, phrase('a number from 0'));
const share = (most: number) => {
  const words = `a number above 0 and at most ${most}`;
  return z.number(phrase(words)).positive(phrase(words)).max(most, phrase(words));
};
const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) => z.enum(words, phrase(alternatives(words.map((word) => `"${word}"`))));
const list = <Element extends z.ZodType>(element: Element, words: string) => z.array(element, phrase(words));
const functionOf = <Function extends (...input: never[]) => unknown>(words: string) =>
  z.custom<Function>((value) => typeof value === 'function', phrase(words));

const jsonObject = () => z.custom<JsonObject>((value) => isRecord(value) && isJson(value), phrase('an object of JSON'));

/** A strict object. The message of an unknown key is the list of the known ones. */
function section<Shape extends z.ZodRawShape>(shape: Shape, words = 'an object') {
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : words) });
}

/** Stands for the dotted key in whole sentences. */
const WHERE = '{where}';

// --- sections ----------------------------------------------------------------------------------------------------------

const PROJECT = 'text of letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 64 of them';
const SCORERS = alternatives(
  ['exact', 'normalised', 'numeric', 'token-f1', 'json-fields', 'set', 'environment', 'benchmark', 'function', 'judge'].map((word) => `"${word}"`),
);

const FIELDS = 'the name of a field, or a list of names';
const fieldOrFields = z.union([text(FIELDS), list(text(FIELDS), FIELDS).min(1, phrase(FIELDS))], phrase(FIELDS));
const MONEY = "a number above 0 (US dollars), or 'none'";

const benchmark = section(
  {
    file: text('the path of a file').optional(),
    tasks: list(z.custom<object>(isRecord, phrase('a record, such as { input, expected }')), 'a list of records')
      .min(1, phrase('a list of at least one record'))
      .optional(),
    name: text('the name of a known benchmark').optional(),
    folder: text('the path of a folder').optional(),
    options: jsonObject().optional(),
    fields: section({
      id: text('the name of a field').optional(),
      input: fieldOrFields.optional(),
      expected: fieldOrFields.optional(),
      category: text('the name of a field').optional(),
      split: text('the name of a field').optional(),
      metadata: list(text('the name of a field'), 'a list of names of fields').optional(),
    }).optional(),
    take: section({ train: whole(2).optional(), validation: whole(4).optional(), test: whole(2).optional() }).optional(),
    splits: section({ train: positive(), validation: positive(), test: positive() }).default(DEFAULTS.benchmark.splits),
  },
  'the name of a known benchmark, or an object with "file", "tasks" or "name"',
);

const TOOLS = '"benchmark", or a list of tools';
const DEMOS = 'the name of a module of kind "demos", or such names by category';
const ENVIRONMENT = 'the name of a known benchmark, or a function that makes an environment';
const toolOrBenchmark = z
  .custom<Tool | 'benchmark'>(() => true)
  .superRefine((value, context) => {
    for (const problem of value === 'benchmark' ? [] : toolProblems(value)) context.addIssue({ code: 'custom', message: `${WHERE} ${problem}` });
  });

const agent = z.discriminatedUnion(
  'kind',
  [
    section({
      kind: z.literal('chat'),
      system: anyText().optional(),
      user: text().default(DEFAULTS.agent.user),
      demos: text('the name of a module of kind "demos"').optional(),
    }),
    section({
      kind: z.literal('function'),
      run: functionOf<AgentFunction>('a function of the context'),
      environment: text('the name of a known benchmark').optional(),
      environmentOptions: jsonObject().optional(),
      stochastic: flag().default(DEFAULTS.agent.stochastic),
      version: text().optional(),
    }),
    section({
      kind: z.literal('react'),
      system: anyText().optional(),
      user: text().optional(),
      demos: z.union([text(DEMOS), z.record(z.string(), text(DEMOS), phrase(DEMOS))], phrase(DEMOS)).optional(),
      maxSteps: whole(1).optional(),
      tools: list(toolOrBenchmark, TOOLS).min(1, phrase(TOOLS)).optional(),
      toolOptions: jsonObject().optional(),
      toolTimeoutSeconds: positive().optional(),
      toolResultCharacters: whole(100).optional(),
      answerAfter: text().optional(),
      environment: z.union([text(ENVIRONMENT), functionOf<EnvironmentFactory>(ENVIRONMENT)], phrase(ENVIRONMENT)).optional(),
      environmentOptions: jsonObject().optional(),
      showActions: flag().optional(),
      stopAtLine: flag().optional(),
      version: text().optional(),
    }),
  ],
  { error: (issue) => (isRecord(issue.input) ? '"chat", "react" or "function"' : 'an object with "kind", or a function') },
);

const maxTokens = whole(1).optional();
const moduleSchema = z.discriminatedUnion(
  'kind',
  [
    section({ kind: z.literal('instructions'), text: anyText(), maxTokens }),
    section({ kind: z.literal('playbook'), items: list(text(), 'a list of texts').default([]), maxTokens }),
    section({
      kind: z.literal('demos'),
      items: list(section({ input: text(), output: text() }, 'an object with "input" and "output"'), 'a list of { input, output }').default([]),
      maxTokens,
    }),
  ],
  { error: (issue) => (isRecord(issue.input) ? '"instructions", "playbook" or "demos"' : 'text, or an object with "kind"') },
);

const scorer = z.discriminatedUnion(
  'kind',
  [
    section({ kind: z.literal('exact') }),
    section({ kind: z.literal('normalised') }),
    section({
      kind: z.literal('numeric'),
      tolerance: atLeastZero().default(DEFAULTS.scorer.numeric.tolerance),
      relative: flag().default(DEFAULTS.scorer.numeric.relative),
    }),
    section({ kind: z.literal('token-f1') }),
    section({
      kind: z.literal('json-fields'),
      fields: list(text('the name of a field'), 'a list of names of fields').min(1, phrase('a list of at least one name of a field')),
    }),
    section({
      kind: z.literal('function'),
      score: functionOf<ScoreFunction>('a function of { task, output, trajectory }'),
      timeoutSeconds: positive().default(DEFAULTS.scorer.function.timeoutSeconds),
      version: text().optional(),
    }),
    section({ kind: z.literal('set'), measure: oneOf('exact', 'f1').default(DEFAULTS.scorer.set.measure) }),
    section({ kind: z.literal('environment') }),
    section({ kind: z.literal('benchmark'), name: text('the name of a known benchmark'), options: jsonObject().optional() }),
    section({ kind: z.literal('judge'), rubric: text() }),
  ],
  { error: (issue) => (isRecord(issue.input) ? SCORERS : 'the name of a scorer, an object with "kind", or a function') },
);

const modelShape = section(
  {
    model: text('"local", "openai:<name>" or "<base URL>#<name>"'),
    baseURL: text('the base URL of an endpoint').optional(),
    apiKeyVariable: z
      .string(phrase('the name of an environment variable'))
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, phrase('the name of an environment variable'))
      .optional(),
    price: section(
      { input: atLeastZero(), output: atLeastZero(), cachedInput: atLeastZero().optional() },
      '{ input, output } in US dollars a million tokens',
    ).optional(),
    contextTokens: whole(256).optional(),
    maxTokens: whole(1).optional(),
    temperature: z.number(phrase('a number from 0 to 2')).min(0, phrase('a number from 0 to 2')).max(2, phrase('a number from 0 to 2')).optional(),
    concurrency: whole(1).optional(),
    requestsPerMinute: whole(1).optional(),
    tokensPerMinute: whole(1).optional(),
    timeoutSeconds: positive().optional(),
    extra: jsonObject().optional(),
  },
  'text such as "openai:gpt-4.1-mini", or an object with "model"',
);

export type ParsedModel = z.output<typeof modelShape>;

/** What its name and address say is checked here, so that it is told together with everything else. */
const model = modelShape.superRefine((value, context) => {
  for (const message of modelProblems(value, WHERE)) context.addIssue({ code: 'custom', message });
});

/** One entry a key of WatersmeetConfig: the compiler sees to it. */
const shape = {
  project: z.string(phrase(PROJECT)).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, phrase(PROJECT)),
  benchmark,
  agent,
  modules: z.record(z.string(), moduleSchema, phrase('an object of modules by name')),
  scorer: scorer.optional(),
  model: model.optional(),
  models: section({ optimizer: model.optional(), evaluator: model.optional(), judge: model.optional(), merger: model.optional() }).prefault({}),
  strategy: oneOf('fgo', 'all-at-once').default(DEFAULTS.strategy),
  seed: whole(0).default(DEFAULTS.seed),
  subset: section({
    size: whole(1).default(DEFAULTS.subset.size),
    contextShare: share(1).default(DEFAULTS.subset.contextShare),
    divide: oneOf('stratified', 'category', 'similar').default(DEFAULTS.subset.divide),
  }).prefault({}),
  optimize: section({
    inner: oneOf('reflect', 'bootstrap', 'function').optional(),
    propose: functionOf<ProposeFunction>('a function of the context').optional(),
    version: text().optional(),
    epochs: whole(1).default(DEFAULTS.optimize.epochs),
    patience: whole(1).default(DEFAULTS.optimize.patience),
    maxEdits: whole(1).default(DEFAULTS.optimize.maxEdits),
    feedback: oneOf('scorer', 'model').default(DEFAULTS.optimize.feedback),
    demosPerCategory: whole(1).default(DEFAULTS.optimize.demosPerCategory),
    demosFrom: oneOf('answers', 'trajectories').default(DEFAULTS.optimize.demosFrom),
  }).prefault({}),
  gate: section({ tolerance: oneOf('none', 'one-standard-error').optional() }).prefault({}),
  merge: section({
    fanIn: whole(2).default(DEFAULTS.merge.fanIn),
    pool: whole(0).default(DEFAULTS.merge.pool),
    combine: oneOf('greedy', 'union').default(DEFAULTS.merge.combine),
    model: flag().optional(),
  }).prefault({}),
  repair: section({ rounds: whole(0).optional(), tasks: whole(1).default(DEFAULTS.repair.tasks) }).prefault({}),
  select: section({
    finalists: whole(2).default(DEFAULTS.select.finalists),
    blockSize: whole(1).default(DEFAULTS.select.blockSize),
    baselines: list(oneOf('random-demos'), 'a list of "random-demos"').default([]),
  }).prefault({}),
  confirm: section({ alpha: share(0.5).default(DEFAULTS.confirm.alpha) }).prefault({}),
  prove: section({ maxTasks: whole(1).optional() }).prefault({}),
  budget: section({
    rollouts: whole(1).optional(),
    tokens: whole(1).optional(),
    money: z.union([z.number(phrase(MONEY)).positive(phrase(MONEY)), z.literal('none', phrase(MONEY))], phrase(MONEY)).optional(),
    activeMinutes: positive().optional(),
  }).prefault({}),
  rollout: section({ timeoutSeconds: positive().default(DEFAULTS.rollout.timeoutSeconds) }).prefault({}),
  folder: text('the path of a folder').default(DEFAULTS.folder),
  engine: section({ address: text('host:port').optional(), namespace: text().optional(), profile: text().optional() }).prefault({}),
} satisfies Record<keyof WatersmeetConfig, z.ZodType>;

export const configSchema = section(shape, 'an object: defineConfig({ ... })');

/** A configuration with its shorthands written out and its fixed defaults filled in. */
export type ParsedConfig = z.output<typeof configSchema>;

// --- sentences ---------------------------------------------------------------------------------------------------------

/** @param commandLine dotted keys that the command line gave, so that a sentence can say where a value comes from. */
export function parseConfig(
  config: unknown,
  commandLine: readonly string[] = [],
): { readonly config: ParsedConfig } | { readonly problems: readonly string[] } {
  const result = configSchema.safeParse(config);
  if (result.success) return { config: result.data };
  return { problems: result.error.issues.flatMap((issue) => sentences(issue, config, commandLine)) };
}

function sentences(issue: z.core.$ZodIssue, config: unknown, commandLine: readonly string[]): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...issue.path, key], issue.message.split(' '), commandLine));
  const where = dotted(issue.path);
  if (issue.code === 'custom' && issue.message.includes(WHERE)) return [issue.message.replaceAll(WHERE, where)];
  const value = valueAt(config, issue.path);
  if (where === '') return [`The default export must be ${issue.message}, but is ${describe(value)}.`];
  if (value === undefined) return [`${where} is missing: it must be ${issue.message}.`];
  const given = givenIn(commandLine, where);
  // Somebody may have put the key itself there: it is not repeated.
  if (issue.path.at(-1) === 'apiKeyVariable') return [`${where} must be ${issue.message}, never the key itself; what is there is not such a name${given}.`];
  const options = [...issue.message.matchAll(/"([^"]+)"/g)].map(([, word]) => word ?? '');
  const meant = typeof value === 'string' ? nearest(value, options) : undefined;
  return [
    `${where} must be ${issue.message}, but is ${describe(value)}${typeof value === 'string' && /number|true or false/.test(issue.message) ? ' (text)' : ''}${given}.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
  ];
}

function givenIn(commandLine: readonly string[], where: string): string {
  return commandLine.some((key) => key === where || where.startsWith(`${key}.`) || key.startsWith(`${where}.`)) ? ', given on the command line' : '';
}

function unknownKey(path: readonly PropertyKey[], known: readonly string[], commandLine: readonly string[]): string {
  const where = dotted(path);
  const unknown = `${where}${givenIn(commandLine, where)} is not a known key`.replace(/(, given on the command line)/, '$1,');
  const key = String(path.at(-1));
  if (/^api_?key$/i.test(key))
    return `${unknown}: keys are never written in a configuration. Name the environment variable that holds it in ${dotted([...path.slice(0, -1), 'apiKeyVariable'])}.`;
  const meant = nearest(key, known);
  const elsewhere = KNOWN_KEYS.find((candidate) => candidate.endsWith(`.${key}`));
  if (meant !== undefined) return `${unknown}. Did you mean ${dotted([...path.slice(0, -1), meant])}?`;
  if (elsewhere !== undefined) return `${unknown}. Did you mean ${elsewhere}?`;
  return `${unknown}. Known here: ${known.join(', ')}.`;
}

/** Dotted keys of the sections that are the same in every configuration. */
const KNOWN_KEYS: readonly string[] = Object.entries(shape).flatMap(([section, schema]) => {
  const inner: unknown = 'unwrap' in schema && typeof schema.unwrap === 'function' ? schema.unwrap() : schema;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((key) => `${section}.${key}`) : [];
});

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return current;
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isRecord(value) && Object.values(value).every((element) => element === undefined || isJson(element));
}
