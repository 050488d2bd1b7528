// Runs SQL in a process of its own, one request after another; the process is made when it is needed, and again when it had to be killed.

import { fork, type ChildProcess } from 'node:child_process';
import { WatersmeetError } from '../../core/failures.js';
import type { DatabaseTable } from './database-task.js';
import type { SqlAnswer, SqlRequest, SqlResult } from './sql-process.js';

/** A statement may take this long. */
const TIME_LIMIT = 5_000;
const START_LIMIT = 60_000;
/** Then the process is ended until it is needed again. */
const IDLE = 30_000;

interface Pending {
  readonly request: SqlRequest;
  readonly resolve: (result: SqlResult) => void;
  readonly reject: (error: Error) => void;
}

export class SqlRunner {
  private readonly queue: Pending[] = [];
  private readonly timeLimit: number;
  private current: Pending | undefined;
  private child: ChildProcess | undefined;
  private ready = false;
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  /** @param timeLimit milliseconds a request may take. */
  constructor(timeLimit = TIME_LIMIT) {
    this.timeLimit = timeLimit;
  }

  /**
   * Runs statements one after another in a new database that holds the table alone. What is wrong with one of them is the result.
   *
   * @throws WatersmeetError 'internal.defect' if the process cannot be started.
   */
  run(table: DatabaseTable, statements: readonly string[], maxRows: number): Promise<SqlResult> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request: { number: ++this.count, table, statements, maxRows, timeLimit: this.timeLimit }, resolve, reject });
      this.next();
    });
  }

  /** Undefined while there is none. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /** Ends the process; what waits is refused. It can be used again. */
  close(): void {
    this.end();
    const left = [this.current, ...this.queue.splice(0)];
    this.current = undefined;
    for (const pending of left) pending?.reject(new WatersmeetError('run.stopping', 'The database was closed.'));
  }

  private next(): void {
    if (this.current !== undefined) return;
    const [first] = this.queue;
    clearTimeout(this.timer);
    if (first === undefined) {
      this.child?.unref();
      this.child?.channel?.unref();
      this.timer = setTimeout(() => this.end(), IDLE);
      this.timer.unref();
      return;
    }
    const child = (this.child ??= this.start());
    child.ref();
    child.channel?.ref();
    if (!this.ready) {
      this.timer = setTimeout(
        () => this.fail(new WatersmeetError('internal.defect', `The process for SQL did not start within ${START_LIMIT / 1_000} s.`)),
        START_LIMIT,
      );
      return;
    }
    this.queue.shift();
    this.current = first;
    child.send(first.request);
    this.timer = setTimeout(
      () => this.settle({ problem: `The statement took longer than ${this.timeLimit / 1_000} s and was stopped.` }, true),
      this.timeLimit,
    );
  }

  /** Without this process's environment: nothing in there is the statement's business. */
  private start(): ChildProcess {
    this.ready = false;
    const child = fork(new URL('./sql-process.js', import.meta.url), [], {
      env: {},
      execArgv: ['--max-old-space-size=256'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer: SqlAnswer) => {
      if (child !== this.child) return;
      if ('ready' in answer) {
        this.ready = true;
        this.next();
      } else if (answer.number === this.current?.request.number) this.settle(answer.result, false);
    });
    child.on('error', (error) => {
      if (child === this.child) this.fail(new WatersmeetError('internal.defect', `The process for SQL cannot be started: ${error.message}`, { cause: error }));
    });
    child.on('exit', () => {
      if (child !== this.child) return;
      this.child = undefined;
      if (this.current !== undefined) this.settle({ problem: 'The statement ended its process: it needs too much memory.' }, false);
      else if (!this.ready) this.fail(new WatersmeetError('internal.defect', 'The process for SQL ended while it was starting.'));
    });
    return child;
  }

  private settle(result: SqlResult, kill: boolean): void {
    const pending = this.current;
    this.current = undefined;
    clearTimeout(this.timer);
    if (kill) this.end();
    pending?.resolve(result);
    this.next();
  }

  private fail(error: WatersmeetError): void {
    this.end();
    const left = [this.current, ...this.queue.splice(0)];
    this.current = undefined;
    for (const pending of left) pending?.reject(error);
  }

  private end(): void {
    clearTimeout(this.timer);
    const child = this.child;
    this.child = undefined;
    this.ready = false;
    child?.kill('SIGKILL');
  }
}
