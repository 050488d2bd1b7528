// Where every value of a configuration comes from: for `--dry-run` and `watersmeet doctor`.

import type { Json } from '../core/json.js';
import type { Role } from '../core/outcome.js';
import type { RunSettings } from '../core/run-settings.js';
import type { LoadedConfig } from './resolve-config.js';
import type { ParsedConfig } from './schema.js';
import { isRecord, type Raw } from './shorthands.js';

export interface ExplainedValue {
  /** Dotted key, as it is written in a configuration. */
  readonly key: string;
  readonly value: Json;
  readonly origin: 'config' | 'default' | 'command line';
}

/** Every value that holds, in the order of the configuration's keys. */
export function explain(loaded: LoadedConfig): readonly ExplainedValue[] {
  return loaded.values;
}

export interface ExplainInput {
  /** With overrides, shorthands written out. */
  readonly written: Raw;
  /** Dotted keys the command line gave. */
  readonly commandLine: readonly string[];
  readonly parsed: ParsedConfig;
  readonly settings: RunSettings;
}

/** Derived values that have the origin of the value they are derived from. */
const FROM_MODEL = /\.(model|endpoint)$/;

export function explainConfig({ written, commandLine, parsed, settings }: ExplainInput): readonly ExplainedValue[] {
  const values: ExplainedValue[] = [];
  const add = (key: string, value: Json | undefined, written = key) => {
    if (value !== undefined) values.push({ key, value, origin: originOf(written) });
  };
  const addAll = (key: string, record: object) => {
    for (const [name, value] of Object.entries(record) as [string, Json | undefined][]) {
      if (isRecord(value)) addAll(`${key}.${name}`, value);
      else add(`${key}.${name}`, value);
    }
  };
  const originOf = (key: string): ExplainedValue['origin'] => {
    const source = FROM_MODEL.test(key) && (key.startsWith('model.') || key.startsWith('models.')) ? key.replace(FROM_MODEL, '.model') : key;
    if (commandLine.some((given) => given === source || source.startsWith(`${given}.`)) && isWritten(written, source)) return 'command line';
    return isWritten(written, source) ? 'config' : 'default';
  };

  add('project', settings.project);
  const { file, tasks, name, folder } = parsed.benchmark;
  add('benchmark.file', file);
  add('benchmark.tasks', tasks?.length);
  add('benchmark.name', name);
  add('benchmark.folder', folder);
  addAll('benchmark.fields', parsed.benchmark.fields ?? {});
  addAll('benchmark.splits', parsed.benchmark.splits);
  addAll('benchmark.take', parsed.benchmark.take ?? {});
  addAll('agent', { ...settings.agent, ...(parsed.agent.kind === 'function' ? { stochastic: parsed.agent.stochastic } : {}) });
  for (const module of settings.modules) {
    const key = `modules.${module.name}`;
    add(`${key}.kind`, module.kind);
    if (module.kind === 'instructions') add(`${key}.text`, module.text);
    else add(`${key}.items`, module.items.length);
    add(`${key}.maxTokens`, settings.moduleLimits[module.name]?.maxTokens);
  }
  addAll('scorer', settings.scorer);
  for (const role of ['agent', 'optimizer', 'evaluator', 'judge', 'merger'] as const satisfies readonly Role[]) {
    const model = settings.models[role];
    if (model === undefined) continue;
    const key = role === 'agent' ? 'model' : `models.${role}`;
    if (role === 'agent' || parsed.models[role] !== undefined) addAll(key, model);
    else add(key, parsed.models.optimizer !== undefined && role !== 'optimizer' ? 'as models.optimizer' : 'as model');
  }
  for (const section of ['strategy', 'seed', 'subset', 'optimize', 'gate', 'merge', 'repair', 'select', 'confirm', 'prove', 'budget', 'rollout'] as const) {
    const value = settings[section];
    if (typeof value === 'object') addAll(section, value);
    else add(section, value);
  }
  add('folder', parsed.folder);
  addAll('engine', parsed.engine);
  return values;
}

function isWritten(config: Raw, key: string): boolean {
  let current: unknown = config;
  for (const part of key.split('.')) {
    if (!isRecord(current) || !Object.hasOwn(current, part) || current[part] === undefined) return false;
    current = current[part];
  }
  return true;
}
