// The scoring of AgentBench DB: the answer is the label, or the statement makes the table that it has to become.

import { WatersmeetError } from '../../core/failures.js';
import { textOf, type Json } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { environmentScorer } from '../scorers/environment.js';
import type { Scorer, ScoreResult } from '../scorers/scorer.js';
import { clip, quote } from '../scorers/text.js';
import { sameAnswer, valuesOf } from './compare-answers.js';
import { expectedResult, type DatabaseTable, type ExpectedResult } from './database-task.js';
import { statementIn, statedAnswer } from './database-action.js';
import { SqlRunner } from './sql-runner.js';

/** More rows are no answer to any question of the benchmark. */
const MAX_ROWS = 200;

/**
 * The output is one statement of SQL, alone or in a code block; or, for questions, the answer itself: a list, `Answer: [...]`, or a text. Of an
 * episode in the environment the score counts that it gave.
 */
export function agentBenchDbScorer(): Scorer {
  const runner = new SqlRunner();
  const episodes = environmentScorer();
  return {
    kind: 'benchmark',
    version: 'agentbench-db-1',
    usesModel: false,
    score: async ({ task, output, trajectory }) => {
      const expected = expectedResult(task.expected);
      const table = task.metadata?.['table'] as DatabaseTable | undefined;
      if (expected === undefined || table === undefined)
        throw new WatersmeetError('scorer.broken', `Task "${task.id}" is none of AgentBench DB. Read the benchmark by its name.`);
      if (isEpisode(output)) return episodes.score({ task, output, trajectory }, undefined);
      const sql = typeof output === 'string' ? statementIn(output) : undefined;
      if (sql !== undefined) return scoreStatement(runner, task, table, expected, sql);
      return expected.type === 'SELECT' ? scoreAnswer(expected.answer, typeof output === 'string' ? statedAnswer(output) : output) : noStatement(output);
    },
    close: async () => runner.close(),
  };
}

/** What the harness makes of an episode; a model's own output is text. */
function isEpisode(output: Json): boolean {
  return typeof output === 'object' && output !== null && 'score' in output && 'steps' in output && 'done' in output;
}

async function scoreStatement(runner: SqlRunner, task: Task, table: DatabaseTable, expected: ExpectedResult, sql: string): Promise<ScoreResult> {
  const result = await runner.run(table, [sql], MAX_ROWS);
  if ('problem' in result) return { score: 0, feedback: `The statement failed: ${clip(result.problem.replace(/\.$/, ''))}. It was: ${quote(sql)}.` };
  if (expected.type === 'SELECT') {
    const scored = scoreAnswer(expected.answer, result.rows.flat());
    return scored.score === 1
      ? scored
      : { score: 0, feedback: `${scored.feedback} The statement was: ${quote(sql)}. Question: ${quote(questionOf(task), 200)}.` };
  }
  if (result.hash === expected.md5) return { score: 1 };
  const changed = result.changed === undefined ? 'It only reads' : `It changed ${result.changed} row${result.changed === 1 ? '' : 's'}`;
  return {
    score: 0,
    feedback: `After the statement the table is not as it has to be. ${changed}: ${quote(sql)}. Right would have been: ${quote(expected.statement)}.`,
  };
}

function scoreAnswer(label: readonly string[], answer: Json): ScoreResult {
  if (sameAnswer(answer, label)) return { score: 1 };
  const given = valuesOf(answer);
  const shown = given.length > 12 ? `${JSON.stringify(given.slice(0, 12)).slice(0, -1)}, ...] (${given.length} values)` : JSON.stringify(given);
  return { score: 0, feedback: `Expected the answer ${clip(JSON.stringify(label))}, got ${clip(shown)}.` };
}

function noStatement(output: Json): ScoreResult {
  return { score: 0, feedback: `The table has to be changed by a statement of SQL; the output is none: ${quote(textOf(output), 200)}.` };
}

function questionOf({ input }: Task): string {
  return textOf(typeof input === 'object' && input !== null && 'question' in input ? (input.question as Json) : input);
}
