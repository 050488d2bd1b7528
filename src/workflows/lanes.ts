// A few lanes instead of everything at once: histories stay small, buffers short.

/** Runs `work` on every item through `count` lanes; results in the order of the items, whatever finishes first. */
export async function lanes<Item, Result>(count: number, items: readonly Item[], work: (item: Item, index: number) => Promise<Result>): Promise<Result[]> {
  const results = Array.from<Result>({ length: items.length });
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, lane));
  return results;
}
