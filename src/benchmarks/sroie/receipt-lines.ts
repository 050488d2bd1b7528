// A scanned receipt as lines of text: its words lie in boxes, in no order.

/** A word or phrase and where it lies. */
export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** Words whose middles lie within half a word's height of each other stand in one line, from left to right; lines go from top to bottom. */
export function receiptLines(boxes: readonly TextBox[]): readonly string[] {
  const words = boxes
    .map(({ text, left, top, bottom }) => ({ text: text.trim(), left, middle: (top + bottom) / 2, height: bottom - top }))
    .filter(({ text }) => text !== '')
    .toSorted((one, other) => one.middle - other.middle);
  type Word = (typeof words)[number];
  const lines: { readonly first: Word; readonly words: Word[] }[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && word.middle - line.first.middle < Math.min(line.first.height, word.height) / 2) line.words.push(word);
    else lines.push({ first: word, words: [word] });
  }
  return lines.map((line) =>
    line.words
      .toSorted((one, other) => one.left - other.left)
      .map(({ text }) => text)
      .join(' '),
  );
}
