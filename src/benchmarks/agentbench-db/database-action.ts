// What an agent says to a database: a statement, or its answer.

import { finalAnswer } from '../scorers/final-answer.js';

const MAX_CHARACTERS = 100_000;
const STATEMENT = /^\(*\s*(?:SELECT|WITH|VALUES|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|ATTACH|EXPLAIN|VACUUM)\s/i;
const ANSWER = /^[^\S\n]*(?:final[^\S\n]+)?answer[^\S\n]*:/im;

/** The statement in a text: the whole text, or its last code block; undefined if it is none, or says what the answer is. */
export function statementIn(output: string): string | undefined {
  if (output.length > MAX_CHARACTERS) return undefined;
  const text = output.trim();
  const blocks = [...text.matchAll(/```(?:[a-zA-Z]*\s)([\s\S]*?)```/g)].map(([, block = '']) => block.trim());
  if (ANSWER.test(text.replaceAll(/```[\s\S]*?```/g, ''))) return undefined;
  return [text, ...blocks.reverse()].find((candidate) => STATEMENT.test(candidate));
}

/** What follows "Answer:", else the final answer of the text. */
export function statedAnswer(output: string): string {
  const text = output.slice(-MAX_CHARACTERS).trim();
  return text.startsWith('[') && text.endsWith(']') ? text : finalAnswer(text);
}
