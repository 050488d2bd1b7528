// PDDL is written in nested brackets.

/** A word, in lower case, or what stands in a pair of brackets. */
export type Expression = string | readonly Expression[];

/**
 * The first bracket of a text with all that is in it. Comments (`;` to the end of the line) are left out.
 *
 * @throws Error if the text does not begin with a bracket, if one is not closed, or if something else than closing brackets follows.
 */
export function parseExpression(text: string): readonly Expression[] {
  const tokens =
    text
      .replaceAll(/;.*$/gm, '')
      .toLowerCase()
      .match(/[()]|[^\s()]+/g) ?? [];
  if (tokens[0] !== '(') throw new Error('it does not begin with a bracket');
  const open: Expression[][] = [];
  for (const [index, token] of tokens.entries()) {
    if (token === '(') open.push([]);
    else if (token === ')') {
      const closed = open.pop()!;
      if (open.length === 0) {
        const rest = tokens.slice(index + 1).find((word) => word !== ')');
        if (rest !== undefined) throw new Error(`"${rest}" stands after its end`);
        return closed;
      }
      open.at(-1)!.push(closed);
    } else open.at(-1)!.push(token);
  }
  throw new Error('a bracket is not closed');
}
