/**
 * A map from texts that is never changed: setting a key gives a new map that shares all but a few small arrays with the
 * old one, in time independent of the size. A hash trie with 32 branches (Bagwell (2001), Ideal hash trees). Plain data; two
 * maps with equal entries are deeply equal, in whatever order these were set.
 */
export interface PersistentMap<V> {
  readonly size: number;
  readonly root: TrieNode<V>;
}

type TrieNode<V> = Branch<V> | Leaf<V> | null;
/** 32 children, by five bits of the hash. */
type Branch<V> = readonly TrieNode<V>[];
/** Entries with one hash, sorted by key: nearly always one. */
interface Leaf<V> {
  readonly hash: number;
  readonly entries: readonly (readonly [key: string, value: V])[];
}

const bitsPerLevel = 5;
const branches = 2 ** bitsPerLevel;
const emptyBranch: readonly null[] = Array.from({ length: branches }, () => null);

/** A map without entries. */
export function emptyMap<V>(): PersistentMap<V> {
  return { size: 0, root: null };
}

/** The value of a key; undefined without one. */
export function getFrom<V>(map: PersistentMap<V>, key: string): V | undefined {
  return find(map.root, key, hashOf(key));
}

/** The map with this value at this key. The map given is not changed. */
export function setIn<V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> {
  const hash = hashOf(key);
  const isNew = find(map.root, key, hash) === undefined;
  return { size: map.size + (isNew ? 1 : 0), root: insert(map.root, { hash, entries: [[key, value]] }, 0) };
}

function find<V>(root: TrieNode<V>, key: string, hash: number): V | undefined {
  let node = root;
  for (let shift = 0; isBranch(node); shift += bitsPerLevel) node = node[(hash >>> shift) & (branches - 1)] ?? null;
  return node === null || node.hash !== hash ? undefined : node.entries.find(([each]) => each === key)?.[1];
}

function insert<V>(node: TrieNode<V>, leaf: Leaf<V>, shift: number): TrieNode<V> {
  if (node === null) return leaf;
  if (isBranch(node)) {
    const index = (leaf.hash >>> shift) & (branches - 1);
    const copy = node.slice();
    copy[index] = insert(node[index] ?? null, leaf, shift + bitsPerLevel);
    return copy;
  }
  if (node.hash === leaf.hash) {
    const keys = new Set(leaf.entries.map(([key]) => key));
    return { hash: leaf.hash, entries: [...node.entries.filter(([key]) => !keys.has(key)), ...leaf.entries].sort((a, b) => (a[0] < b[0] ? -1 : 1)) };
  }
  return insert(insert(emptyBranch, node, shift), leaf, shift);
}

/** All values, sorted by key. Takes time proportional to the size. */
export function valuesOf<V>(map: PersistentMap<V>): V[] {
  const entries: (readonly [string, V])[] = [];
  const walk = (node: TrieNode<V>): void => {
    if (isBranch(node)) for (const child of node) walk(child);
    else if (node !== null) entries.push(...node.entries);
  };
  walk(map.root);
  return entries.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, value]) => value);
}

function isBranch<V>(node: TrieNode<V>): node is Branch<V> {
  return Array.isArray(node);
}

/** FNV-1a of the UTF-16 code units, with a final mix: 32 bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
