/** Items that may rule each other out: alike, but not the same. A guess that costs a trial when it is wrong, never a rule. */
import type { ComparableItem } from '../items.js';

/** Shared words in order, of the longer text, from which two insights with other words in the same places are alternatives. */
const alike = 0.75;
/** The same where a word that turns a rule around makes the difference ("always" and "never", "if" and "unless"). */
const alikeWhenTurned = 0.5;

const turning = new Set(
  'not no never always only without with unless except before after first last most least more less higher lower up down true false include exclude ignore skip avoid'.split(
    ' ',
  ),
);

/**
 * How much two items look like alternatives, in (0, 1]; 0 if they do not, or if they say the same.
 *
 * - Demos: 1 for the same input with different answers, else 0.
 * - Insights: the share of words that both have in the same order, of the longer text, if it is at least 0.75 and each has
 *   words that the other lacks ("... "put" AFTER TAKE heat AT microwave", "... "put" AFTER TAKE cool AT fridge"), or at
 *   least 0.5 if a turning word is among the differences ("Always round up", "Do not round up").
 * - Insights with the same heading, two words or more before a colon ("SEARCH egg: fridge", "SEARCH egg: sink"), are
 *   alternatives however little else they share: 1.
 */
export function alternative(a: ComparableItem, b: ComparableItem): number {
  const index = alternativesIndex();
  index.add(a);
  return index.nearest(b)?.similarity ?? 0;
}

/** One of the items of an {@link AlternativesIndex}, by its number, and how much it looks like an alternative. */
export interface Alternative {
  /** From 0, in the order in which items were added. */
  readonly place: number;
  /** In (0, 1]. */
  readonly similarity: number;
}

/** Items among which alternatives to others are looked for, without comparing each with each: a wide merge has thousands. */
export interface AlternativesIndex {
  add(item: ComparableItem): void;
  /** The most similar one (of equal ones the one added first); undefined if none looks like an alternative. */
  nearest(item: ComparableItem): Alternative | undefined;
  /** All of them, in the order in which they were added. */
  all(item: ComparableItem): readonly Alternative[];
}

/** An insight with its words as numbers. */
interface Indexed {
  readonly item: ComparableItem;
  readonly words: readonly number[];
}

/**
 * Insights are found by the words they share: how often each word stands in both bounds how many they have in the same
 * order, and most pairs end there. All items are of one kind.
 *
 * @param index.nearest takes time proportional to the words shared with all items, and |a| |b| for the few that are alike.
 */
export function alternativesIndex(): AlternativesIndex {
  const items: Indexed[] = [];
  const numbers = new Map<string, number>();
  /** By word: the items it stands in, one entry for each time. */
  const places: number[][] = [];
  /** By heading of insights, or input of demos. */
  const sameHead = new Map<string, number[]>();

  const numbered = (item: ComparableItem): Indexed => ({
    item,
    words: item.words.map((word) => {
      const known = numbers.get(word) ?? numbers.size;
      numbers.set(word, known);
      return known;
    }),
  });

  /** Those at least as similar as `least` says at that moment, in order; `least` may rise on the way. */
  function* alternatives(wanted: ComparableItem, least: () => number): Generator<Alternative> {
    const head = headOf(wanted);
    const sharingHead = new Set(head === undefined ? [] : sameHead.get(head));
    if (wanted.kind === 'demos') {
      for (const place of sharingHead) if ((items[place] as Indexed).item.answer !== wanted.answer) yield { place, similarity: 1 };
      return;
    }
    const one = numbered(wanted);
    const shared = sharedWords(one.words, places, items.length);
    for (const [place, other] of items.entries()) {
      if (sharingHead.has(place)) {
        if (!sameWords(other.item, wanted)) yield { place, similarity: 1 };
        continue;
      }
      const longer = Math.max(one.words.length, other.words.length);
      const atMost = (shared[place] as number) / longer;
      if (atMost < alikeWhenTurned || atMost < least()) continue;
      const similarity = similarityOf(other, one, atMost, longer);
      if (similarity > 0) yield { place, similarity };
    }
  }

  return {
    add(item) {
      const place = items.length;
      const indexed = numbered(item);
      items.push(indexed);
      for (const word of indexed.words) (places[word] ??= []).push(place);
      const head = headOf(item);
      if (head !== undefined) sameHead.set(head, [...(sameHead.get(head) ?? []), place]);
    },
    nearest(item) {
      let best: Alternative | undefined;
      for (const found of alternatives(item, () => best?.similarity ?? 0)) {
        if (found.similarity > (best?.similarity ?? 0)) best = found;
        if (best?.similarity === 1) break;
      }
      return best;
    },
    all: (item) => [...alternatives(item, () => 0)],
  };
}

function headOf(item: ComparableItem): string | undefined {
  return item.kind === 'demos' ? item.text : item.heading;
}

/** For each item how many words it shares with `words`, each as often as it stands in both. */
function sharedWords(words: readonly number[], places: readonly (readonly number[] | undefined)[], count: number): Int32Array {
  const shared = new Int32Array(count);
  const times = new Map<number, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  for (const [word, most] of times) {
    // An item's entries stand together: it counts at most as often as the word is wanted.
    let [last, counted] = [-1, 0];
    for (const place of places[word] ?? []) {
      counted = place === last ? counted + 1 : 1;
      last = place;
      if (counted <= most) shared[place] = (shared[place] as number) + 1;
    }
  }
  return shared;
}

function similarityOf(a: Indexed, b: Indexed, atMost: number, longer: number): number {
  const turned = turns(a.item, b.item);
  if (atMost < alike && !turned) return 0;
  const shared = commonSubsequence(a.words, b.words);
  const share = shared / longer;
  if (turned && share >= alikeWhenTurned) return share;
  return share >= alike && shared < a.words.length && shared < b.words.length ? share : 0;
}

function sameWords(a: ComparableItem, b: ComparableItem): boolean {
  return a.words.length === b.words.length && a.words.every((word, i) => word === b.words[i]);
}

/** Whether one has a turning word that the other has not. */
function turns(a: ComparableItem, b: ComparableItem): boolean {
  return a.words.some((word) => turning.has(word) && !b.vocabulary.has(word)) || b.words.some((word) => turning.has(word) && !a.vocabulary.has(word));
}

/** How many words at most both have in the same order; time |a| |b|. */
function commonSubsequence(a: readonly number[], b: readonly number[]): number {
  const row = new Int32Array(b.length + 1);
  for (const word of a) {
    let diagonal = 0;
    for (let j = 1; j < row.length; j++) {
      const above = row[j] as number;
      row[j] = word === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1] as number);
      diagonal = above;
    }
  }
  return row[b.length] as number;
}
