// Short ways to write a configuration, written out: after this, every section is an object.

import { KNOWN_BENCHMARKS } from '../benchmarks/known-benchmarks.js';

/** A configuration as somebody wrote it: nothing is known of it yet. */
export type Raw = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Raw {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A module loaded by another loader has another Object.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Leaves what it does not know as it is: the schema says what is wrong with it. */
export function expandShorthands(config: Raw): Raw {
  return mapRecord(config, (value, key) => {
    switch (key) {
      case 'benchmark':
        return typeof value === 'string' ? { name: value } : value;
      case 'agent':
        return typeof value === 'function' ? { kind: 'function', run: value } : expandTools(value);
      case 'scorer':
        return typeof value === 'function' ? { kind: 'function', score: value } : typeof value === 'string' ? expandScorer(value) : value;
      case 'modules':
        return isRecord(value) ? mapRecord(value, (module) => (typeof module === 'string' ? { kind: 'instructions', text: module } : module)) : value;
      case 'model':
        return expandModel(value);
      case 'models':
        return isRecord(value) ? mapRecord(value, expandModel) : value;
      default:
        return value;
    }
  });
}

function expandScorer(word: string): Raw {
  return KNOWN_BENCHMARKS.some(({ name }) => name === word) ? { kind: 'benchmark', name: word } : { kind: word };
}

function expandTools(agent: unknown): unknown {
  return isRecord(agent) && agent['tools'] === 'benchmark' ? { ...agent, tools: ['benchmark'] } : agent;
}

function expandModel(value: unknown): unknown {
  return typeof value === 'string' ? { model: value } : value;
}

function mapRecord(record: Raw, map: (value: unknown, key: string) => unknown): Raw {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
