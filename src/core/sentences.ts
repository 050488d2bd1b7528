// Small rules of the sentences that people and models read.

/** 1 file, 12 files. `figure`: the number as it is written. */
export function counted(number: number, noun: string, figure = String(number)): string {
  return `${figure} ${noun}${number === 1 ? '' : 's'}`;
}

/** What somebody else's error says, for within a sentence: its own full stop would stand before ours. */
export function reasonIn(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trimEnd().replace(/(?<!\.)\.$/, '');
}
