// Learns rules from the attempts at a subset's games: lists what the failed ones suggest, tries line by line on all games
// of the subset, keeps what wins more games, or as many in fewer steps. It knows the language of the rules, and no answer.

import type { Item, ProposeContext, ProposedEdit, Trial } from 'watersmeet';
import { kindOf, thingsSeen, wordsOf, type Episode } from './agent.js';
import { openLine, repeatLine, searchLine, treatmentLine, useLine } from './rules.js';

/** Places named for one thing, and for everything, at most. */
const PLACES = { thing: 5, everything: 6 };
/** Steps that must be saved over all games when none more is won. */
const STEPS_SAVED = 5;

interface Candidate {
  readonly text: string;
  /** Games that suggested it. */
  readonly taskIds: readonly string[];
  /** A game that was lost asks for it, or what was seen in any. */
  readonly cause: 'loss' | 'sight';
  /** Of a line that is there: it goes. */
  readonly removes?: Item;
}

interface Worth {
  readonly won: number;
  readonly steps: number;
}

export async function propose({ modules, attempts, subset, evaluate }: ProposeContext): Promise<readonly ProposedEdit[]> {
  const items = modules['rules']?.kind === 'playbook' ? modules['rules'].items : [];
  const lost = attempts.filter(({ score }) => score < 1).map(({ task }) => task.id);
  // A repair is about the few games that are lost; whether those that are won stay so is asked of what wins some of these.
  const first = subset === 'repair' ? { tasks: lost } : {};
  const [begun, all] = [await evaluate([], first), await evaluate([])];
  if (begun === undefined || all === undefined || lost.length === 0) return [];
  let best = worthOf(begun);
  let bestOfAll = worthOf(all);
  let won = wonIn(all);
  let kept: readonly ProposedEdit[] = [];
  for (const candidate of candidatesFrom(attempts, items)) {
    // What was suggested by games that are won by now is not needed.
    if (candidate.cause === 'loss' && candidate.taskIds.every((id) => won.has(id))) continue;
    const edits = withCandidate(kept, items, candidate);
    if (edits === undefined) continue;
    const trial = await evaluate(edits, first);
    // The budget's share is used up.
    if (trial === undefined) break;
    if (!isBetter(worthOf(trial), best)) continue;
    const onAll = subset === 'repair' ? await evaluate(edits) : trial;
    if (onAll === undefined) break;
    if (!isBetter(worthOf(onAll), bestOfAll)) continue;
    [best, bestOfAll, won, kept] = [worthOf(trial), worthOf(onAll), wonIn(onAll), edits];
  }
  return kept;
}

function wonIn({ attempts }: Trial): ReadonlySet<string> {
  return new Set(attempts.filter(({ score }) => score >= 1).map(({ task }) => task.id));
}

function worthOf({ mean, attempts }: Trial): Worth {
  return { won: mean, steps: attempts.reduce((sum, { trajectory }) => sum + episodeOf(trajectory).tried, 0) };
}

function isBetter(left: Worth, right: Worth): boolean {
  return left.won > right.won + 1e-9 || (left.won > right.won - 1e-9 && left.steps <= right.steps - STEPS_SAVED);
}

/** The edits with one line more (or less); a list of places takes the place of the present one for the same thing. Undefined if that changes nothing. */
function withCandidate(kept: readonly ProposedEdit[], items: readonly Item[], { text, taskIds, removes }: Candidate): readonly ProposedEdit[] | undefined {
  if (removes !== undefined) return [...kept, { kind: 'remove', module: 'rules', item: removes.id, taskIds, reason: 'these games are won without it' }];
  const [heading] = /^SEARCH \S+:/.exec(text) ?? [];
  const says = (other: string) => (heading === undefined ? other === text : other.startsWith(heading));
  const present = items.find((item) => says(item.text));
  if (present?.text === text || (present !== undefined && heading === undefined)) return undefined;
  const others = kept.filter((edit) => !('text' in edit && says(edit.text)));
  const edit: ProposedEdit =
    present === undefined ? { kind: 'add', module: 'rules', text, taskIds } : { kind: 'revise', module: 'rules', item: present.id, text, taskIds };
  return [...others, edit];
}

/** What the attempts suggest, in a fixed order: what to leave, to open, to do when a task says a word (rare words first: they tell tasks apart), where to look. */
function candidatesFrom(attempts: ProposeContext['attempts'], items: readonly Item[]): readonly Candidate[] {
  const episodes = attempts.map(({ task, score, trajectory }) => ({ taskId: task.id, lost: score < 1, episode: episodeOf(trajectory) }));
  const lost = episodes.filter((each) => each.lost);
  const goals = episodes.map(({ episode }) => wordsOf(episode.goal));
  const rarity = (word: string) => goals.filter((words) => words.includes(word)).length;
  const lines = new Map<string, { readonly rank: number; readonly taskIds: string[] }>();
  const suggest = (text: string, rank: number, taskId: string) => {
    const line = lines.get(text) ?? { rank, taskIds: [] };
    lines.set(text, line);
    if (!line.taskIds.includes(taskId)) line.taskIds.push(taskId);
  };
  for (const { taskId, episode } of lost) {
    for (const { observation } of episode.steps) {
      const [, closed] = /The ([a-z]+) \d+ is closed/.exec(observation) ?? [];
      if (closed === undefined) continue;
      suggest(openLine('*'), 0, taskId);
      suggest(openLine(closed), 0, taskId);
    }
    // What was taken and where it was brought differs from task to task: the other words say what to do.
    for (const word of wordsOf(episode.goal).filter((each) => each !== episode.taken && each !== episode.brought && each.length > 2)) {
      for (const command of episode.unknown) {
        const [, verb, place] = /^(\S+) \S+ with (\S+)$/.exec(command) ?? [];
        const [, used] = /^use (\S+)$/.exec(command) ?? [];
        if (verb !== undefined && place !== undefined) suggest(treatmentLine(word, verb, place), rarity(word), taskId);
        if (used !== undefined) suggest(useLine(word, used), rarity(word), taskId);
      }
      if (episode.brought !== undefined) suggest(repeatLine(word), rarity(word), taskId);
    }
  }
  const rules = [...lines]
    .sort(([left, { rank: inLeft }], [right, { rank: inRight }]) => inLeft - inRight || (left < right ? -1 : 1))
    .map(([text, { taskIds }]): Candidate => ({ text, taskIds, cause: 'loss' }));
  return [...withoutRules(lost, items), ...rules, ...searches(episodes, new Set(goals.flat()))];
}

/** Rules for words of games that are lost: each may be the one that loses them. */
function withoutRules(lost: readonly { readonly taskId: string; readonly episode: Episode }[], items: readonly Item[]): readonly Candidate[] {
  return items.flatMap((item): readonly Candidate[] => {
    const [, word] = /^WHEN TASK SAYS "(\w+)"/.exec(item.text) ?? [];
    const taskIds = word === undefined ? [] : lost.filter(({ episode }) => wordsOf(episode.goal).includes(word)).map(({ taskId }) => taskId);
    return taskIds.length === 0 ? [] : [{ text: item.text, taskIds, cause: 'loss', removes: item }];
  });
}

/** Kinds of places by kind of thing, with the games in which it was seen there. */
function noteWhereSeen({ steps }: Episode, taskId: string, whereSeen: Map<string, Map<string, string[]>>): void {
  let here: string | undefined;
  const moved = new Set<string>();
  for (const { action: command, observation } of steps) {
    const [, arrived] = /^go to (\S+) \d+$/.exec(command) ?? [];
    const [, taken] = /^take (\S+ \d+) from /.exec(command) ?? [];
    here = arrived ?? here;
    if (taken !== undefined) moved.add(taken);
    if (here === undefined) continue;
    for (const name of thingsSeen(observation)) {
      // Where the player put it says nothing of where it is found.
      if (moved.has(name)) continue;
      const places = whereSeen.get(kindOf(name)) ?? new Map<string, string[]>();
      whereSeen.set(kindOf(name), places.set(here, [...(places.get(here) ?? []), taskId]));
    }
  }
}

/** Where the things were seen that the tasks name or the rules use, and where most was seen. */
function searches(episodes: readonly { readonly taskId: string; readonly episode: Episode }[], named: ReadonlySet<string>): readonly Candidate[] {
  const whereSeen = new Map<string, Map<string, string[]>>();
  for (const { taskId, episode } of episodes) noteWhereSeen(episode, taskId, whereSeen);
  const all = new Map<string, string[]>();
  const lines: Candidate[] = [];
  for (const [thing, places] of [...whereSeen].sort(([left], [right]) => (left < right ? -1 : 1))) {
    for (const [place, taskIds] of places) all.set(place, [...(all.get(place) ?? []), ...taskIds]);
    if (named.has(thing)) lines.push({ text: searchLine(thing, likeliest(places, PLACES.thing)), taskIds: tasksOf(places), cause: 'sight' });
  }
  // What holds for all goes first: a thing needs a line of its own only where it is found elsewhere.
  return all.size === 0 ? lines : [{ text: searchLine('*', likeliest(all, PLACES.everything)), taskIds: tasksOf(all), cause: 'sight' }, ...lines];
}

function likeliest(places: ReadonlyMap<string, readonly string[]>, count: number): readonly string[] {
  return [...places]
    .sort(([left, inLeft], [right, inRight]) => inRight.length - inLeft.length || (left < right ? -1 : 1))
    .slice(0, count)
    .map(([place]) => place);
}

function tasksOf(places: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...new Set([...places.values()].flat())].sort();
}

/** The agent's trajectory; of an attempt that failed by an error there is none. */
function episodeOf(trajectory: unknown): Episode {
  return (trajectory as Episode | null) ?? { goal: '', steps: [], tried: 0, unknown: [] };
}
