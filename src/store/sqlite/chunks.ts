// Long lists in pieces, with a turn of the event loop between them: heartbeats and other writes go on.

const CHUNK = 500;

/** Runs one piece after another, in order. An empty list runs nothing. */
export async function inChunks<T>(list: readonly T[], work: (chunk: readonly T[]) => Promise<unknown>, size = CHUNK): Promise<void> {
  for (let start = 0; start < list.length; start += size) {
    if (start > 0) await nextTurn();
    await work(list.slice(start, start + size));
  }
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
