// The language of the rules, and a reader of receipts that follows them.
//
//   SKIP LINE TAN WOON YANN                  this line is never the company
//   COMPANY HAS SDN                          the company is a line near the top that holds this word
//   COMPANY HAS ENTERPRISE AND LINE BEFORE   and the line before belongs to it
//   COMPANY ENDS AT BHD                      what follows the word in its line does not belong to it
//   DATE LIKE 9 dash AAA dash 9999           9: one or two digits, 9999: so many digits, AAA: a word
//   TOTAL AFTER TOTAL SALES                  the last amount of the last line that says this; with ... at its end, of one that begins so
//   TOTAL BELOW ROUNDED TOTAL                or of the line below it
//
// Rules are asked in their order; those that begin with FIRST before all others.

export interface Receipt {
  readonly company: string;
  readonly date: string;
  readonly total: string;
}

/** Lines at the top among which the company is looked for. */
const TOP = 6;
const AMOUNT = /\d[\d,]*\.\d{2}(?!\d)/g;
const SIGNS: Readonly<Record<string, string>> = { '-': 'dash', '.': 'dot', ' ': 'space', ',': 'comma', "'": 'quote' };

export function readReceipt(text: string, rules: readonly string[]): Receipt {
  const lines = linesOf(text);
  const ordered = [...rules.filter((rule) => rule.startsWith('FIRST ')).map((rule) => rule.slice('FIRST '.length)), ...rules];
  const arguments_ = (pattern: RegExp) => ordered.flatMap((rule) => [pattern.exec(rule)?.[1] ?? []].flat());
  const skipped = new Set(arguments_(/^SKIP LINE (.+)$/));
  const top = lines.filter((line) => !skipped.has(line));
  return {
    company: endAt(companyIn(top.slice(0, TOP), arguments_(/^COMPANY HAS (.+)$/)), arguments_(/^COMPANY ENDS AT (.+)$/)),
    date: dateIn(lines.join('\n'), arguments_(/^DATE LIKE (.+)$/)),
    total: totalIn(lines, arguments_(/^TOTAL ((?:AFTER|BELOW) .+)$/)),
  };
}

export function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map(fold)
    .filter((line) => line !== '');
}

export function fold(text: string): string {
  return text.toUpperCase().replaceAll(/\s+/g, ' ').trim();
}

/** The line without amounts, currencies and signs: what stands before an amount. */
export function labelOf(line: string): string {
  return line
    .replaceAll(AMOUNT, '')
    .replaceAll(/[^A-Z% ]/g, ' ')
    .replaceAll(/\b(?:RM|MYR)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export function amountsIn(line: string): readonly string[] {
  return line.match(AMOUNT) ?? [];
}

/** The shape of a date as rules have it: `9 / 9 / 9999` for 25/12/2018. */
export function shapeOf(date: string): string {
  const parts = date.match(/\d+|[A-Z]+|[^\dA-Z]/g) ?? [];
  return parts
    .map((part) => (/^\d/.test(part) ? '9'.repeat(part.length <= 2 ? 1 : part.length) : /^[A-Z]/.test(part) ? 'AAA' : (SIGNS[part] ?? part)))
    .join(' ');
}

function companyIn(top: readonly string[], words: readonly string[]): string {
  for (const said of words) {
    const [, word = said, before] = /^(.+?)( AND LINE BEFORE)?$/.exec(said) ?? [];
    const index = top.findIndex((line) => ` ${line} `.includes(` ${word} `));
    if (index === -1) continue;
    return before !== undefined && index > 0 ? `${top[index - 1]} ${top[index]}` : top[index]!;
  }
  return top[0] ?? '';
}

function endAt(company: string, words: readonly string[]): string {
  const end = words.map((word) => ` ${company} `.indexOf(` ${word} `) + word.length).find((place, index) => place >= words[index]!.length);
  return end === undefined ? company : company.slice(0, end);
}

function dateIn(text: string, shapes: readonly string[]): string {
  for (const shape of shapes) {
    const found = patternOf(shape).exec(text);
    if (found !== null) return found[0];
  }
  return '';
}

function patternOf(shape: string): RegExp {
  const signs = new Map(Object.entries(SIGNS).map(([sign, name]) => [name, sign]));
  const parts = shape.split(' ').map((part) => {
    if (part === '9') return String.raw`\d{1,2}`;
    if (/^9+$/.test(part)) return String.raw`\d{${part.length}}`;
    if (part === 'AAA') return '[A-Z]{3,9}';
    return (signs.get(part) ?? part).replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
  });
  return new RegExp(String.raw`(?<![\dA-Z])${parts.join('')}(?![\dA-Z])`);
}

function totalIn(lines: readonly string[], places: readonly string[]): string {
  for (const place of places) {
    const label = place.slice('AFTER '.length);
    for (let index = lines.length - 1; index >= 0; index--) {
      const said = labelOf(lines[index]!);
      if (label.endsWith(' ...') ? !`${said} `.startsWith(label.slice(0, -'...'.length)) : said !== label) continue;
      const amount = amountsIn(lines[place.startsWith('BELOW') ? index + 1 : index] ?? '').at(-1);
      if (amount !== undefined) return amount;
    }
  }
  return amountsIn(lines.join(' ')).at(-1) ?? '';
}
