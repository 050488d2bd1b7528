// `--set key=value` and `--model`: what the command line changes of a configuration.

import type { ModelConfig } from './config.js';
import { describe } from './problems.js';
import { expandShorthands, isRecord, type Raw } from './shorthands.js';

export interface Overrides {
  /** Each `key=value`: a dotted key, and JSON, or else a text. Later ones win. */
  readonly set?: readonly string[];
  /** Replaces `model` as a whole. */
  readonly model?: string | ModelConfig;
}

export interface Overridden {
  /** Shorthands are written out. */
  readonly config: Raw;
  /** Dotted keys, as given. */
  readonly keys: readonly string[];
  readonly problems: readonly string[];
}

/** Does not change the configuration it is given. */
export function applyOverrides(config: Raw, overrides: Overrides = {}): Overridden {
  let current = expandShorthands(config);
  const keys: string[] = [];
  const problems: string[] = [];
  if (overrides.model !== undefined) {
    current = expandShorthands({ ...current, model: overrides.model });
    keys.push('model');
  }
  for (const assignment of overrides.set ?? []) {
    const equals = assignment.indexOf('=');
    const key = assignment.slice(0, Math.max(0, equals)).trim();
    const path = key.split('.');
    if (equals === -1 || path.includes('')) {
      problems.push(`--set ${assignment}: write key=value, such as subset.size=8.`);
      continue;
    }
    const changed = setIn(current, path, parseValue(assignment.slice(equals + 1)));
    if (typeof changed === 'string') {
      problems.push(`--set ${key}: ${changed}`);
      continue;
    }
    current = expandShorthands(changed);
    keys.push(key);
  }
  return { config: current, keys, problems };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A copy of the record with the value at the path; or why that cannot be. */
function setIn(record: Raw, path: readonly string[], value: unknown, above = ''): Raw | string {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return { ...record, [key]: value };
  const here = above === '' ? key : `${above}.${key}`;
  const inner = Object.hasOwn(record, key) ? record[key] : undefined;
  if (inner !== undefined && !isRecord(inner)) return `${here} is ${describe(inner)}, so it has no "${rest[0]}".`;
  const changed = setIn(inner ?? {}, rest, value, here);
  return typeof changed === 'string' ? changed : { ...record, [key]: changed };
}
