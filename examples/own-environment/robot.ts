// An agent without a model: it does what its playbook says, and searches aisle by aisle where that says nothing.
// It reads what the environment tells it, as a model would.

import { playEpisode, type AgentContext, type Episode } from 'watersmeet';
import { depot } from './depot.js';

export const MAX_STEPS = 10;
const AISLES = 6;

export function robot(context: AgentContext) {
  const rules = readRules(context.texts['playbook'] ?? '');
  return playEpisode(context, { environment: depot, maxSteps: MAX_STEPS, act: (episode) => nextAction(episode, rules) });
}

interface Rules {
  /** Aisle by mark. */
  readonly aisles: ReadonlyMap<string, string>;
  /** Station by mark. */
  readonly stations: ReadonlyMap<string, string>;
}

/** `Parcels marked frozen lie in aisle 5.` and `Parcels marked frozen have to be put on the ice station.` */
function readRules(playbook: string): Rules {
  const read = (pattern: RegExp) => new Map([...playbook.matchAll(pattern)].map(([, mark = '', place = '']) => [mark, place]));
  return { aisles: read(/marked (\w+) lie in (aisle \d)\./g), stations: read(/marked (\w+) have to be put on the ([\w ]+)\./g) };
}

function nextAction({ observation, steps, state }: Episode, rules: Rules): string {
  const [, parcel = '', words = '', dock = ''] = /Bring parcel (\d+) \((?:marked )?([\w ]+)\) to (dock \w)/.exec(observation) ?? [];
  const marks = words === 'no marks' ? [] : words.split(' and ');
  const done = new Set(steps.map(({ action }) => action));
  const taken = `take parcel ${parcel}`;
  if (!done.has(taken)) {
    if (new RegExp(`parcel ${parcel}\\b`).test(state.observation) && state.observation.startsWith('You are in')) return taken;
    const known = marks.flatMap((mark) => rules.aisles.get(mark) ?? []);
    const all = Array.from({ length: AISLES }, (_, index) => `aisle ${index + 1}`);
    return [...known, ...all].map((aisle) => `go to ${aisle}`).find((action) => !done.has(action)) ?? 'look';
  }
  const wanted = marks.flatMap((mark) => rules.stations.get(mark) ?? []);
  const at = /^You are at (.+)\.$/.exec(state.observation)?.[1];
  if (at !== undefined && wanted.includes(at)) return 'use';
  if (at === dock) return 'deliver';
  return `go to ${wanted.find((station) => !done.has(`go to ${station}`)) ?? dock}`;
}
