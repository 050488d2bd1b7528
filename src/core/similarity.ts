/** How alike texts and candidates are: for joining near-duplicate items, and for choosing what to merge with what. */
import { compareIds } from './numbers.js';

/** One token: a CJK character, a number with its sign, a word, a comparison, or a symbol that carries meaning. */
const token =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?<![\p{L}\p{N}])-?\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*|[!<>=]=|[\p{Sm}\p{Sc}\p{So}%*/]/gu;

/** Words that change nothing. "A" in upper case is none: it may be the name of an option. */
const filler = /^(?:a|[Aa]n|[Tt]he|[Pp]lease)$/;

/**
 * A text's words in order, normalised: lower case, without white space, punctuation, articles and "please"; contractions
 * of "not" written out. What carries meaning stays: numbers with sign and decimals, comparisons, symbols. For prose, not code.
 *
 * @example words("Don't heat  the Egg, if x <= -3.5!") // ['do', 'not', 'heat', 'egg', 'if', 'x', '<=', '-3.5']
 */
export function words(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .replace(/[‘’ʼ]/g, "'")
    .replace(/\b(?:can't|cannot)\b/gi, 'can not')
    .replace(/\bwon't\b/gi, 'will not')
    .replace(/n't\b/gi, ' not');
  return (plain.match(token) ?? []).filter((word) => !filler.test(word)).map((word) => word.toLowerCase());
}

/**
 * A text's overlapping runs of `size` words (Broder (1997), On the resemblance and containment of documents): a text of
 * fewer words is one shingle, a text of none has none. The token set of an item.
 *
 * @param size 1 or more. Default 3.
 */
export function shingles(text: string, size = 3): ReadonlySet<string> {
  return shinglesOf(words(text), size);
}

function shinglesOf(list: readonly string[], size: number): ReadonlySet<string> {
  const runs = new Set<string>();
  const last = Math.max(0, list.length - size);
  for (let start = 0; list.length > 0 && start <= last; start++) runs.add(list.slice(start, start + size).join(' '));
  return runs;
}

/** |a and b| / |a or b|, in [0, 1]; 1 for two empty sets. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = sharedCount(a, b);
  const union = a.size + b.size - shared;
  return union === 0 ? 1 : shared / union;
}

/** How much of `a` is in `b`: |a and b| / |a|, in [0, 1]; 1 if `a` is empty. */
export function containment(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.size === 0 ? 1 : sharedCount(a, b) / a.size;
}

function sharedCount(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [smaller, larger] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const member of smaller) if (larger.has(member)) shared++;
  return shared;
}

/** Words that may turn a rule around, or change when or to what it applies. */
const turningWords = new Set(
  (
    'not no never none nothing nobody nowhere neither nor without non hardly barely rarely seldom ' +
    'avoid refuse stop skip ignore omit forbid forbidden prohibited fail fails failed false wrong incorrect invalid unlikely impossible ' +
    'only always all every any each some both either most few many several more less least fewer once twice ' +
    'one two three four five six seven eight nine ten half double first second third last next previous another other same different ' +
    'if unless except until till before after when while whenever otherwise else instead rather but however although despite ' +
    'then and or must should may might can could optional optionally sometimes often usually'
  ).split(' '),
);

/**
 * Whether two items of prose say the same, so that a merge may keep one of them and unite their origins. Wrongly keeping
 * two costs a few tokens, wrongly joining two loses a rule, so it says yes only if all of this holds:
 *
 * - the longer has the words of the shorter in the same order, with at most some words added: nothing is replaced
 *   ("heat" by "cool", "always" by "never", one number by another), nothing moved ("heat, then put");
 * - no added word is a number or a symbol, or can turn the rule around or narrow it ("not", "only", "unless", "before");
 * - the Jaccard similarity of their three-word shingles is at least `threshold`.
 *
 * At the default of 0.8 one harmless added word passes from about 24 words on; shorter items must have equal words.
 *
 * @param threshold in [0, 1]. Default 0.8. 1 asks for the same words.
 */
export function nearDuplicate(a: string, b: string, threshold = 0.8): boolean {
  const [shorter, longer] = [words(a), words(b)].sort((x, y) => x.length - y.length) as [string[], string[]];
  const added = addedWords(shorter, longer);
  if (added === undefined || added.some((word) => turningWords.has(word) || /[^\p{L}\p{M}']/u.test(word))) return false;
  return jaccard(shinglesOf(shorter, 3), shinglesOf(longer, 3)) >= threshold;
}

/** What `longer` has besides the words of `shorter`; undefined if those are not all in it, in order. */
function addedWords(shorter: readonly string[], longer: readonly string[]): string[] | undefined {
  let matched = 0;
  const added = longer.filter((word) => {
    const isAdded = word !== shorter[matched];
    if (!isAdded) matched++;
    return isAdded;
  });
  return matched === shorter.length ? added : undefined;
}

/** A candidate to be merged. */
export interface ClusterItem {
  readonly id: string;
  /** The tokens of its items: words, shingles or item ids. */
  readonly tokens: ReadonlySet<string>;
  /** Its scores in [0, 1] by task id, where known. */
  readonly scores?: ReadonlyMap<string, number> | undefined;
}

export interface ClusterOptions {
  /** Members of a group at most, 2 or more. */
  readonly fanIn: number;
  /** Also prefer to group candidates that win on different tasks. Default false. */
  readonly complementary?: boolean;
}

/** More would take too long at once: the caller sorts them into buckets first. */
const clusterLimit = 256;

/**
 * Groups of candidates to merge: ceil(n / fanIn) groups whose sizes differ by at most one, so that none is left alone if
 * it can be helped (5 with fan-in 4: 3 + 2). Greedy: the two nearest that are left begin a group, and the nearest to the
 * group (on average) join it until it is full; equal distances by id. Each group is sorted, groups by their first id.
 * It depends on the set of items only, not on the order of the list.
 *
 * @throws RangeError if there are more than 256 items, two share an id, or the fan-in is not a whole number of 2 or more.
 * @example clusterBySimilarity(candidates, { fanIn: 4 }) // [['c1', 'c4', 'c5'], ['c2', 'c3']]
 */
export function clusterBySimilarity(items: readonly ClusterItem[], { fanIn, complementary = false }: ClusterOptions): readonly (readonly string[])[] {
  if (!Number.isSafeInteger(fanIn) || fanIn < 2) throw new RangeError(`The fan-in is ${fanIn}: it must be a whole number of 2 or more.`);
  if (items.length > clusterLimit)
    throw new RangeError(`${items.length} candidates cannot be clustered at once: sort them into buckets of at most ${clusterLimit}.`);
  const sorted = items.toSorted((a, b) => compareIds(a.id, b.id));
  const twice = sorted.find((item, i) => item.id === sorted[i + 1]?.id);
  if (twice !== undefined) throw new RangeError(`Two candidates have the id ${twice.id}: ids must differ.`);

  const scores = complementary ? scoreRows(sorted) : [];
  const nearness = similarities(sorted.map(({ tokens }) => tokens)).map((row, i) =>
    row.map((similarity, j) => similarity + complementarity(scores[i], scores[j])),
  );
  const near = (a: number, b: number): number => (a > b ? nearness[a]?.[b] : nearness[b]?.[a]) ?? 0;
  const groupCount = Math.ceil(sorted.length / fanIn);
  const left = sorted.map((_, index) => index);
  const groups: number[][] = [];
  while (left.length > 0) {
    const size = Math.ceil(left.length / (groupCount - groups.length));
    const group = size === 1 ? [] : nearestPair(left, near);
    while (group.length < size)
      group.push(
        highest(
          left.filter((index) => !group.includes(index)),
          (index) => group.reduce((sum, member) => sum + near(index, member), 0),
        ),
      );
    for (const member of group) left.splice(left.indexOf(member), 1);
    groups.push(group);
  }
  return groups.map((group) => group.map((index) => (sorted[index] as ClusterItem).id).sort()).sort((a, b) => compareIds(a[0] as string, b[0] as string));
}

/** The Jaccard similarity of every set with those before it, as {@link jaccard} gives it: counted token by token, over the sets that share it. */
function similarities(sets: readonly ReadonlySet<string>[]): readonly Float64Array[] {
  const rows = sets.map((_, index) => new Float64Array(index));
  const holders = new Map<string, number[]>();
  for (const [index, tokens] of sets.entries()) {
    const row = rows[index] as Float64Array;
    for (const member of tokens) {
      const before = holders.get(member);
      if (before === undefined) {
        holders.set(member, [index]);
        continue;
      }
      for (const other of before) row[other] = (row[other] as number) + 1;
      before.push(index);
    }
  }
  const size = (index: number): number => (sets[index] as ReadonlySet<string>).size;
  return rows.map((row, a) => row.map((shared, b) => (size(a) + size(b) === 0 ? 1 : shared / (size(a) + size(b) - shared))));
}

function nearestPair(left: readonly number[], near: (a: number, b: number) => number): number[] {
  let [pair, nearest] = [[] as number[], -1];
  for (const [i, a] of left.entries()) {
    for (let j = i + 1; j < left.length; j++) {
      const nearness = near(a, left[j] as number);
      if (nearness > nearest) [pair, nearest] = [[a, left[j] as number], nearness];
    }
  }
  return pair;
}

/** The first of those with the highest value. */
function highest(indices: readonly number[], value: (index: number) => number): number {
  return indices.reduce((best, index) => (value(index) > value(best) ? index : best));
}

/** Every item's scores over the tasks of all, in one order; NaN where an item has none. */
function scoreRows(items: readonly ClusterItem[]): readonly Float64Array[] {
  const taskIds = [...new Set(items.flatMap(({ scores }) => [...(scores?.keys() ?? [])]))].sort();
  return items.map(({ scores }) => Float64Array.from(taskIds, (taskId) => scores?.get(taskId) ?? Number.NaN));
}

/**
 * How much two candidates could add to each other, in [0, 1]: twice what the better of both on every task scores above the
 * better of both on average, over their common tasks. 0 if one wins everywhere or nothing is common; 1 if each solves
 * exactly the half that the other fails.
 */
function complementarity(a: Float64Array = new Float64Array(), b: Float64Array = new Float64Array()): number {
  let [sumA, sumB, sumBest, common] = [0, 0, 0, 0];
  for (let task = 0; task < a.length; task++) {
    const [scoreA, scoreB] = [a[task] as number, b[task] as number];
    if (Number.isNaN(scoreA) || Number.isNaN(scoreB)) continue;
    sumA += scoreA;
    sumB += scoreB;
    sumBest += Math.max(scoreA, scoreB);
    common++;
  }
  return common === 0 ? 0 : (2 * (sumBest - Math.max(sumA, sumB))) / common;
}
