/** Who runs the last race. */
import type { CandidateReference } from '../candidate.js';
import { compareIds } from '../numbers.js';

/** A candidate that may be raced. */
export interface Contender {
  /** 'seed', a subset id, a merge node id, 'repair-1' or the name of a baseline. */
  readonly id: string;
  readonly candidate: CandidateReference;
}

export interface RankedContender extends Contender {
  /** Mean score after minus before, as its own gate saw it; on different tasks for different contenders, so only a hint. */
  readonly margin: number;
}

export interface FinalistChoice {
  /** Finalists at most. Seed and root run whatever it is. */
  readonly limit: number;
  readonly seed: Contender;
  /** The root of the tree, after repair. */
  readonly root: Contender;
  readonly rootParents: readonly RankedContender[];
  /** Every other candidate of the run, in any order. */
  readonly rest: readonly RankedContender[];
  readonly baselines: readonly Contender[];
}

/** As `finalists-chosen` tells it. */
export interface ChosenFinalist {
  readonly id: string;
  /** For a person: "merged (m2-0001), same as s0003". */
  readonly label: string;
  readonly candidate: CandidateReference;
}

/**
 * At most `limit` finalists: the seed, the root, its parents, the best of the rest by gate margin, the baselines, in this
 * order. Baselines keep their places before parents and the rest, for a comparison that was asked for is made. Equal
 * margins by id. Candidates that show the agent the same run once, under the first one's id; the label names the others.
 */
export function chooseFinalists({ limit, seed, root, rootParents, rest, baselines }: FinalistChoice): readonly ChosenFinalist[] {
  const first = distinct([
    { ...seed, label: 'seed' },
    // What nothing was merged into is a subset's own candidate.
    { ...root, label: rootParents.length === 0 ? `subset ${root.id}` : `merged (${root.id})` },
  ]);
  const parents = rootParents.toSorted(byMargin).map((parent) => ({ ...parent, label: `parent ${parent.id}` }));
  const others = rest.toSorted(byMargin).map((other) => ({ ...other, label: other.id }));
  const compared = baselines.map((baseline) => ({ ...baseline, label: `baseline ${baseline.id}` }));
  const room = Math.max(0, limit - first.length);
  const last = distinct(compared, first).slice(0, room);
  const between = distinct([...parents, ...others], first).slice(0, room - last.length);
  const chosen = distinct([...first, ...between, ...last]);
  const all = [seed, root, ...rootParents, ...rest, ...baselines];
  return chosen.map(({ id, label, candidate }) => {
    const same = all.filter((other) => other.candidate.hash === candidate.hash && other.id !== id).map((other) => other.id);
    const named = [...new Set(same)].sort().slice(0, namesShown);
    return { id, label: named.length === 0 ? label : `${label}, same as ${named.join(', ')}`, candidate };
  });
}

/** Of a candidate that many found, the label names so many. */
const namesShown = 3;

type Labelled = Contender & { readonly label: string };

/** Without those that show the agent what an earlier one, or one of `known`, does. */
function distinct(contenders: readonly Labelled[], known: readonly Contender[] = []): Labelled[] {
  const hashes = new Set(known.map(({ candidate }) => candidate.hash));
  return contenders.filter(({ candidate: { hash } }) => !hashes.has(hash) && hashes.add(hash));
}

function byMargin(a: RankedContender, b: RankedContender): number {
  return b.margin - a.margin || compareIds(a.id, b.id);
}
