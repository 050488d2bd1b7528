// Lines made to fit a terminal. Pure; colours (ANSI sequences) have no width.

const COLOUR = /\u001B\[[0-9;]*m/g;
const RESET = '\u001B[0m';
/** Wrapped lines go on this much further in than the line began, but never beyond half of the width. */
const HANGING = 2;

/** Characters of a line as a terminal shows it. */
export function widthOf(line: string): number {
  return [...line.replaceAll(COLOUR, '')].length;
}

/** A line that is too long ends with `…`. */
export function cutLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let width = 0;
  let cut = '';
  for (const part of line.split(/(\u001B\[[0-9;]*m)/)) {
    if (part.startsWith('\u001B[')) cut += part;
    else {
      const left = Math.max(0, columns - 1 - width);
      const kept = [...part].slice(0, left);
      width += kept.length;
      cut += kept.join('');
    }
  }
  return line.includes('\u001B[') ? `${cut}${RESET}…` : `${cut}…`;
}

/** Lines that are too long are broken between words; what follows is indented like the line, and a little more. */
export function wrapText(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  const indent = /^ */.exec(line.replaceAll(COLOUR, ''))![0].length;
  const hanging = ' '.repeat(Math.min(indent === 0 ? 0 : indent + HANGING, Math.floor(columns / 2)));
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) +/)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current.trim() !== '' && widthOf(longer) > columns) {
      lines.push(current);
      current = hanging + word;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}
