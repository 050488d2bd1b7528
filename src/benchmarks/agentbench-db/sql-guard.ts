// Which SQL may run: one statement that reads or changes rows, calls known functions only, and reaches no file, clock or chance.

const KEYWORDS = ['SELECT', 'WITH', 'VALUES', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE'];

/** All else is refused: this build of SQLite has functions that read and write files; date functions know what the time is. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'abs avg ceil ceiling char coalesce concat concat_ws count floor format glob group_concat hex ifnull iif instr length like ' +
    'ln log log10 log2 lower ltrim max min mod nullif pow power printf quote replace round rtrim sign sqrt string_agg substr substring sum total ' +
    'trim trunc typeof unicode upper row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value'
  ).split(' '),
);

/** One line of what SQLite's EXPLAIN tells of a statement. */
export interface Instruction {
  readonly opcode: string;
  readonly operand: string;
}

type Part = { readonly kind: 'blank' | 'code' | 'end' | 'text' | 'name'; readonly text: string };

// Comments, 'text', "name", `name`, [name], or one character.
const PARTS = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+)|('(?:[^']|'')*')|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(;)|([^\s'"`[;/-]+|[\s\S])/g;

function partsOf(sql: string): readonly Part[] {
  return [...sql.matchAll(PARTS)].map(([text, blank, literal, name, end]) => ({
    kind: blank !== undefined ? 'blank' : literal !== undefined ? 'text' : name !== undefined ? 'name' : end !== undefined ? 'end' : 'code',
    text,
  }));
}

/** What is wrong with a statement at first sight; undefined if nothing is. */
export function refuseStatement(sql: string): string | undefined {
  const parts = partsOf(sql).filter(({ kind }) => kind !== 'blank');
  if (parts.every(({ kind }) => kind === 'end')) return 'There is no statement.';
  const end = parts.findIndex(({ kind }) => kind === 'end');
  if (end !== -1 && parts.slice(end).some(({ kind }) => kind !== 'end')) return 'Only one statement at a time is executed.';
  const word = /^[A-Za-z]+/.exec(parts[0]!.text)?.[0].toUpperCase() ?? '';
  return KEYWORDS.includes(word) ? undefined : `Only ${KEYWORDS.slice(0, -1).join(', ')} and ${KEYWORDS.at(-1)} are executed.`;
}

/** The same for what SQLite makes of it. */
export function refuseInstructions(instructions: readonly Instruction[]): string | undefined {
  for (const { opcode, operand } of instructions) {
    // VOpen, VUpdate and the like: virtual tables, among them those of settings, files and archives.
    if (/^V[A-Z]/.test(opcode)) return 'Virtual tables are not available.';
    const name = /^(?:Function|PureFunc|Agg)/.test(opcode) ? /^(\w+)\(-?\d+\)$/.exec(operand)?.[1]?.toLowerCase() : undefined;
    if (name !== undefined && !FUNCTIONS.has(name)) return `The function ${name}() is not available.`;
  }
  return undefined;
}

/**
 * MySQL takes "x" for a text, SQLite for a name: the first such name that SQLite says is no column becomes a text. Undefined if there is none.
 *
 * @param message of SQLite.
 */
export function withTextForName(sql: string, message: string): string | undefined {
  const unknown = /no such column: "?([\s\S]*?)"?(?: - should this be a string literal in single-quotes\?)?$/.exec(message)?.[1];
  let done = false;
  const changed = partsOf(sql).map(({ kind, text }) => {
    if (done || kind !== 'name' || !text.startsWith('"')) return text;
    const content = text.slice(1, -1).replaceAll('""', '"');
    if (content !== unknown) return text;
    done = true;
    return `'${content.replaceAll("'", "''")}'`;
  });
  return done ? changed.join('') : undefined;
}
