// AgentBench DB as an environment: statements and what they give, until the answer is said.

import type { Environment, EnvironmentFactory, EnvironmentState } from '../../agents/environment.js';
import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { sameAnswer } from './compare-answers.js';
import { statementIn, statedAnswer } from './database-action.js';
import { expectedResult, type DatabaseTable, type ExpectedResult } from './database-task.js';
import { SqlRunner } from './sql-runner.js';
import type { SqlResult } from './sql-process.js';

const HELP =
  'Write one SQL statement in one line (SQLite), or "Answer: [...]" with the list of values that answer the question. When the table was to be changed, say "Answer: done".';
/** Rows and characters of an observation. */
const MAX_ROWS = 20;
const MAX_CHARACTERS = 2_000;

/** Another one when statements are answered otherwise than before, or answers are judged so. */
const VERSION = 'agentbench-db-1';

/** All environments share one process for SQL: every request holds the whole episode. */
const runner = new SqlRunner();

/**
 * An action is one statement, or `Answer: [...]`, which ends the episode: its score is 1 if the answer is the label, or if the table is as it has to be, else 0.
 * An episode that ends without it is worth 0, as in AgentBench. No options.
 *
 * @param readTasks the tasks with their answers, by id: agents get them without.
 * @throws WatersmeetError 'input.invalid' for any option.
 */
export function agentBenchDbEnvironment(
  options: JsonObject,
  readTasks: () => Promise<ReadonlyMap<string, Task>>,
): EnvironmentFactory & { readonly version: string } {
  const [option] = Object.keys(options);
  if (option !== undefined) throw new WatersmeetError('input.invalid', `agent.environmentOptions.${option} is unknown: "agentbench-db" has no options.`);
  let tasks: Promise<ReadonlyMap<string, Task>> | undefined;
  const find = async (id: string): Promise<Task> => {
    tasks ??= readTasks();
    const task = (await tasks).get(id);
    if (task === undefined) throw new WatersmeetError('input.invalid', `The folder of "agentbench-db" has no task "${id}" any more.`);
    return task;
  };
  return Object.assign(() => new DatabaseEnvironment(find), { version: VERSION });
}

class DatabaseEnvironment implements Environment {
  private readonly find: (id: string) => Promise<Task>;
  private table!: DatabaseTable;
  private expected!: ExpectedResult;
  /** Statements that changed rows. */
  private changes: string[] = [];

  constructor(find: (id: string) => Promise<Task>) {
    this.find = find;
  }

  async reset({ id }: Omit<Task, 'expected'>): Promise<EnvironmentState> {
    const task = await this.find(id);
    this.table = task.metadata?.['table'] as DatabaseTable;
    this.expected = expectedResult(task.expected)!;
    this.changes = [];
    const { question } = task.input as { readonly question: string };
    const columns = this.table.columns.map((column) => `"${column}"`).join(', ');
    return going(`${question}\nThe table is "${this.table.name}" with the columns ${columns}; all of them are TEXT.\n${HELP}`);
  }

  async step(action: string): Promise<EnvironmentState> {
    if (/^\s*answer\s*:/i.test(action)) return this.answer(action);
    const sql = statementIn(action);
    if (sql === undefined) return going(`Not understood. ${HELP}`);
    const result = await runner.run(this.table, [...this.changes, sql], MAX_ROWS);
    if ('problem' in result) return going(`Error: ${result.problem}`);
    if ((result.changed ?? 0) > 0) this.changes.push(sql);
    return going(describeResult(result));
  }

  private async answer(action: string): Promise<EnvironmentState> {
    return { observation: 'The answer was taken.', done: true, score: (await this.isRight(action)) ? 1 : 0 };
  }

  private async isRight(action: string): Promise<boolean> {
    const { expected } = this;
    if (expected.type === 'SELECT') return sameAnswer(statedAnswer(action.replace(/^\s*answer\s*:\s*/i, '')), expected.answer);
    const result = await runner.run(this.table, [...this.changes, 'SELECT 1'], 1);
    return 'hash' in result && result.hash === expected.md5;
  }
}

function going(observation: string): EnvironmentState {
  return { observation, done: false, score: 0 };
}

/** Rows as JSON lists. */
function describeResult({ rows, more, changed }: Exclude<SqlResult, { readonly problem: string }>): string {
  if (changed !== undefined) return `${changed} row${changed === 1 ? '' : 's'} changed.`;
  if (rows.length === 0) return 'No rows.';
  let text = '';
  let shown = 0;
  for (const row of rows) {
    const line = JSON.stringify(row);
    if (text.length + line.length > MAX_CHARACTERS && shown > 0) break;
    text += `${shown === 0 ? '' : '\n'}${line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)}...` : line}`;
    shown++;
  }
  return more || shown < rows.length ? `${text}\n(Only the first ${shown} rows are shown.)` : text;
}
