// What makes two runs the same run: everything that may not change when one is resumed.

import { contentAddress } from '../store/content-address.js';
import type { Json } from '../core/json.js';
import type { ModelSettings, RunSettings } from '../core/run-settings.js';

/** Object references of the task lists. */
export interface ListHashes {
  readonly train: string;
  readonly select: string;
  readonly confirm: string;
  readonly test: string;
}

/** Settings of a model that may change: they decide when and with whose key a call is sent, and what it counts for, not what is asked. */
const CHANGEABLE_MODEL = [
  'apiKeyVariable',
  'concurrency',
  'requestsPerMinute',
  'tokensPerMinute',
  'timeoutSeconds',
  'price',
] as const satisfies readonly (keyof ModelSettings)[];
const CHANGEABLE_BUDGET = ['money', 'activeMinutes'] as const satisfies readonly (keyof RunSettings['budget'])[];

/** SHA-256 of everything that may not change on resume. */
export function identityOf(settings: RunSettings, lists: ListHashes): string {
  return contentAddress({ settings: fixedPart(settings), lists: { ...lists } });
}

/**
 * The dotted keys, as a configuration has them, that differ and may not. Mended code of an agent (or
 * proposer) is let through only when the caller says so: the run then begins anew, and finds what is still worth something by content.
 *
 * @example differences(recorded, present) // ['optimize.epochs', 'model.temperature']
 */
export function differences(
  recorded: RunSettings,
  present: RunSettings,
  options: { readonly agentMended?: boolean; readonly proposerMended?: boolean } = {},
): readonly string[] {
  const before = flatten(fixedPart(recorded));
  const after = flatten(fixedPart(present));
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
  // An empty object on one side is told by what the other side has in it.
  const keys = differing.filter((key) => !differing.some((other) => other.startsWith(`${key}.`))).map(configKey);
  const mended = options.agentMended === true && recorded.agent.kind !== 'chat' && present.agent.kind === recorded.agent.kind;
  const proposerMended = options.proposerMended === true && recorded.optimize.inner === 'function' && present.optimize.inner === 'function';
  return [...new Set(keys)].filter((key) => !(mended && key === 'agent.version') && !(proposerMended && key === 'optimize.version')).sort();
}

/** Everything counts unless it is named here, so that a new setting cannot slip through. */
function fixedPart(settings: RunSettings): Json {
  const { models, budget, scorer, ...rest } = settings;
  return {
    ...rest,
    models: Object.fromEntries(Object.entries(models).map(([role, model]) => [role, without(model, CHANGEABLE_MODEL)])),
    budget: without(budget, CHANGEABLE_BUDGET),
    // A mended scorer scores saved trajectories again.
    scorer: scorer.kind === 'function' ? { kind: scorer.kind } : { ...scorer },
  } as unknown as Json;
}

function without<T extends object>(value: T, keys: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !(keys as readonly string[]).includes(key))) as Partial<T>;
}

/** Leaves by dotted key, as canonical text. */
function flatten(value: Json, above = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map(above === '' ? [] : [[above, JSON.stringify(value)]]);
  const entries = Object.entries(value as { readonly [key: string]: Json | undefined }).flatMap(([key, element]) =>
    element === undefined ? [] : [...flatten(element, above === '' ? key : `${above}.${key}`)],
  );
  // An empty object is a value, too.
  return new Map(entries.length === 0 && above !== '' ? [[above, '{}']] : entries);
}

/** `models.agent.x` is `model.x` in a configuration; the limits of modules stand with them. */
function configKey(key: string): string {
  return key.replace(/^models\.agent\b/, 'model').replace(/^moduleLimits\./, 'modules.');
}
