// Learns rules from episodes that failed, without a model: what was seen becomes a rule, what was refused is tried.

import type { Attempt, ProposeContext, ProposedEdit } from 'watersmeet';
import { STATIONS, type Delivery } from './depot.js';

interface Seen {
  readonly steps: readonly { readonly action: string; readonly observation: string }[];
}

/** Keeps what makes the mean score of the subset's tasks rise. Nothing is tried twice. */
export async function learn({ attempts, texts, evaluate }: ProposeContext): Promise<readonly ProposedEdit[]> {
  const known = texts['playbook'] ?? '';
  const tried = new Set<string>();
  let kept: readonly ProposedEdit[] = [];
  let present = attempts;
  let best = mean(attempts);
  for (;;) {
    const idea = present
      .filter(({ score }) => score < 1)
      .flatMap(ideas)
      .find((rules) => !tried.has(rules.join('\n')) && !rules.every((rule) => known.includes(rule)));
    if (idea === undefined) return kept;
    tried.add(idea.join('\n'));
    const edits = [...kept, ...idea.map((text): ProposedEdit => ({ kind: 'add', module: 'playbook', text, reason: 'Seen in an episode that failed.' }))];
    const trial = await evaluate(edits);
    // No budget is left for more.
    if (trial === undefined) return kept;
    if (trial.mean <= best) continue;
    best = trial.mean;
    kept = edits;
    present = trial.attempts;
  }
}

/** What an episode that failed makes one think of: a station for a mark, alone or with the aisle in which the parcel was found. */
function ideas({ task, trajectory }: Attempt): readonly (readonly string[])[] {
  const { marks } = task.input as unknown as Delivery;
  const { steps = [] } = (trajectory ?? {}) as unknown as Partial<Seen>;
  const taken = steps.findIndex(({ action }) => action.startsWith('take '));
  const aisle = taken < 1 ? undefined : /^go to (aisle \d)$/.exec(steps[taken - 1]!.action)?.[1];
  const places = aisle === undefined ? [] : marks.map((mark) => `Parcels marked ${mark} lie in ${aisle}.`);
  const stations = marks.flatMap((mark) => STATIONS.map((station) => `Parcels marked ${mark} have to be put on the ${station}.`));
  return [...stations.map((station) => [station]), ...places.flatMap((place) => [[place], ...stations.map((station) => [place, station])])];
}

function mean(attempts: readonly Attempt[]): number {
  return attempts.reduce((sum, { score }) => sum + score, 0) / Math.max(1, attempts.length);
}
