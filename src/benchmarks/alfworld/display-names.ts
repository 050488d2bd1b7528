// The names that players see, like `cabinet 3`, from the ids of a game.

/**
 * ALFWorld names an entity by what stands before `_bar_` in its id, with "basin" added for the basins of sinks and bathtubs, and counts those of a
 * name downwards in the order of their ids: the first of three is the third.
 */
export function displayNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const left = new Map<string, number>();
  for (const id of ids) left.set(kindOf(id), (left.get(kindOf(id)) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const id of [...ids].sort()) {
    const kind = kindOf(id);
    const number = left.get(kind)!;
    names.set(id, `${kind} ${number}`);
    left.set(kind, number - 1);
  }
  return names;
}

function kindOf(id: string): string {
  const [kind] = id.split('_bar_', 1);
  return id.includes('basin') ? `${kind}basin` : kind!;
}
