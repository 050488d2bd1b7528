// A small pool of threads that run a user's scorer. Requests are pipelined; each thread works on one at a time.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { WatersmeetError } from '../../core/failures.js';
import { brokenScorer } from './check-score.js';
import type { ThreadAnswer, ThreadData, ThreadMessage, ThreadRequest } from './function-scorer-thread.js';
import type { ScoreInput, ScoreResult } from './scorer.js';
import { threadClock } from './thread-clock.js';

export interface ScorerThreadsOptions {
  /** Absolute path of the configuration file. */
  readonly configFile: string;
  /** Modules that the file imports by name and where they are, as jiti takes them (`CONFIG_ALIASES`). */
  readonly aliases?: Readonly<Record<string, string>>;
  /** For one call. */
  readonly timeoutSeconds: number;
  /** At most. Default: one less than there are processors, between 1 and 4. A thread is started when the others are busy. */
  readonly threads?: number;
  /** For loading the configuration file. Default 60. */
  readonly loadSeconds?: number;
  /** Heap of one thread. Default 512. */
  readonly memoryMegabytes?: number;
}

interface Pending {
  readonly input: ScoreInput;
  resolve(result: ScoreResult): void;
  reject(error: Error): void;
}

/** Requests a thread holds at most: enough to keep it busy while answers travel. */
const WINDOW = 32;
/** Another thread is started when every thread holds as many. */
const BUSY = 4;
const MEMORY_MEGABYTES = 512;
const LOAD_SECONDS = 60;
/** A thread that dies as often without an answer between is not restarted again. */
const DEATHS = 3;
/** After so many requests that ended their thread, and none answered between, those that wait are not tried any more. */
const BROKEN_IN_A_ROW = 6;

export class ScorerThreads {
  private readonly options: ScorerThreadsOptions;
  private readonly waiting: Pending[] = [];
  private readonly threads = new Set<ScorerThread>();
  private readonly size: number;
  private scheduled = false;
  private closed = false;
  /** Since the last answer. */
  private deaths = 0;
  /** Requests blamed since the last answer. */
  private broken = 0;

  constructor(options: ScorerThreadsOptions) {
    this.options = options;
    this.size = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  }

  score(input: ScoreInput): Promise<ScoreResult> {
    if (this.closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.schedule();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const threads = [...this.threads];
    for (const pending of [...this.waiting.splice(0), ...threads.flatMap((thread) => thread.takeAll())]) pending.reject(closedError());
    await Promise.all(threads.map((thread) => thread.end()));
  }

  /** Once a turn of the event loop, so that requests made together travel together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.dispatch();
    });
  }

  private dispatch(): void {
    if (this.closed) return;
    while (this.waiting.length > 0) {
      let idlest: ScorerThread | undefined;
      for (const thread of this.threads) if (idlest === undefined || thread.held < idlest.held) idlest = thread;
      if ((idlest === undefined || idlest.held >= BUSY) && this.threads.size < this.size) {
        idlest = new ScorerThread(this.options, {
          answered: () => {
            this.deaths = 0;
            this.broken = 0;
            this.schedule();
          },
          died: (thread, left, culprit, problem) => this.replace(thread, left, culprit, problem),
          unusable: (thread, left, sentence) => {
            this.threads.delete(thread);
            for (const pending of [...left, ...this.waiting.splice(0)]) pending.reject(new WatersmeetError('scorer.broken', sentence));
          },
        });
        this.threads.add(idlest);
      }
      if (idlest === undefined || idlest.held >= WINDOW) break;
      idlest.hold(this.waiting.shift()!);
    }
    for (const thread of this.threads) thread.send();
  }

  /** What the dead thread had not answered goes to the others, but for the request that ended it. */
  private replace(thread: ScorerThread, left: readonly Pending[], culprit: Pending | undefined, problem: string): void {
    this.threads.delete(thread);
    this.deaths++;
    const blamed = culprit ?? (this.deaths >= DEATHS ? left[0] : undefined);
    if (blamed !== undefined) {
      this.deaths = 0;
      this.broken++;
      const error = new WatersmeetError('scorer.broken', brokenScorer(blamed.input.task.id, problem));
      blamed.reject(error);
      // The run waits for a person anyway: not everybody need find out, one time limit after the other.
      if (this.broken >= BROKEN_IN_A_ROW) {
        for (const pending of [...left, ...this.waiting.splice(0)]) pending.reject(error);
        return;
      }
    }
    this.waiting.unshift(...left.filter((pending) => pending !== blamed));
    this.schedule();
  }
}

interface ThreadEvents {
  answered(): void;
  died(thread: ScorerThread, left: readonly Pending[], culprit: Pending | undefined, problem: string): void;
  /** The configuration file could not be loaded. */
  unusable(thread: ScorerThread, left: readonly Pending[], sentence: string): void;
}

class ScorerThread {
  private readonly worker: Worker;
  /** [number of the request that runs now, 0 for none; when it began]: readable also while the thread is in a loop. */
  private readonly now = new Int32Array(new SharedArrayBuffer(8));
  private readonly pending = new Map<number, Pending>();
  private readonly options: ScorerThreadsOptions;
  private readonly events: ThreadEvents;
  private finished = false;
  private unsent: ThreadRequest[] = [];
  private count = 0;
  private ready = false;
  private over = false;
  private lastSign = performance.now();
  private watch: NodeJS.Timeout | undefined;
  private problem: string | undefined;

  constructor(options: ScorerThreadsOptions, events: ThreadEvents) {
    this.options = options;
    this.events = events;
    const data: ThreadData = { configFile: options.configFile, aliases: options.aliases ?? {}, now: this.now };
    const memory = options.memoryMegabytes ?? MEMORY_MEGABYTES;
    this.worker = new Worker(new URL('./function-scorer-thread.js', import.meta.url), { workerData: data, resourceLimits: { maxOldGenerationSizeMb: memory } });
    this.worker.on('message', (message: ThreadMessage) => this.receive(message));
    this.worker.on('error', (error: Error) => {
      this.problem =
        'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `it took more than ${memory} MB of memory`
          : `it ended its thread with ${error.name}: ${error.message}`;
    });
    this.worker.on('exit', () => this.finish(this.current(), this.problem ?? 'it ended its thread (process.exit)'));
    this.arm((options.loadSeconds ?? LOAD_SECONDS) * 1_000);
  }

  get held(): number {
    return this.pending.size;
  }

  hold(pending: Pending): void {
    this.count = (this.count % 0x7fffffff) + 1;
    this.pending.set(this.count, pending);
    this.unsent.push({ number: this.count, input: pending.input });
  }

  send(): void {
    if (this.unsent.length === 0 || this.over) return;
    const requests = this.unsent;
    this.unsent = [];
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    this.worker.postMessage(requests);
    this.worker.ref();
    if (this.ready && this.watch === undefined) {
      this.lastSign = performance.now();
      this.arm(this.limit);
    }
  }

  takeAll(): readonly Pending[] {
    const all = [...this.pending.values()];
    this.pending.clear();
    return all;
  }

  async end(): Promise<void> {
    this.over = true;
    clearTimeout(this.watch);
    await this.worker.terminate();
  }

  private get limit(): number {
    return this.options.timeoutSeconds * 1_000;
  }

  private receive(message: ThreadMessage): void {
    if (this.over) return;
    this.lastSign = performance.now();
    if (message.type === 'unusable') {
      void this.end();
      this.events.unusable(this, this.takeAll(), message.sentence);
      return;
    }
    if (message.type === 'answers') for (const answer of message.answers) this.settle(answer);
    this.ready = true;
    clearTimeout(this.watch);
    this.watch = undefined;
    if (this.pending.size > 0) this.arm(this.limit);
    else this.worker.unref();
    this.events.answered();
  }

  private settle(answer: ThreadAnswer): void {
    const pending = this.pending.get(answer.number);
    if (pending === undefined) return;
    this.pending.delete(answer.number);
    if ('problem' in answer) pending.reject(new WatersmeetError('scorer.broken', brokenScorer(pending.input.task.id, answer.problem)));
    else pending.resolve(answer.feedback === undefined ? { score: answer.score } : { score: answer.score, feedback: answer.feedback });
  }

  private arm(milliseconds: number): void {
    this.watch = setTimeout(() => this.look(), milliseconds);
    this.watch.unref();
  }

  /** Ends the thread if the call that runs now is over its time; that time begins when the call does, not when it was sent. */
  private look(): void {
    this.watch = undefined;
    if (!this.ready) {
      void this.end();
      this.events.unusable(
        this,
        this.takeAll(),
        `The scorer is broken: ${this.options.configFile} was not loaded within ${this.options.loadSeconds ?? LOAD_SECONDS} s.`,
      );
      return;
    }
    const number = Atomics.load(this.now, 0);
    const silent = performance.now() - this.lastSign;
    const elapsed = number === 0 ? silent / 2 : (threadClock() - Atomics.load(this.now, 1)) | 0;
    if (elapsed < this.limit) {
      this.arm(Math.max(10, this.limit - elapsed));
      return;
    }
    const culprit = this.current();
    void this.end();
    this.finish(culprit, `it did not answer within ${this.options.timeoutSeconds} s`);
  }

  private current(): Pending | undefined {
    return this.pending.get(Atomics.load(this.now, 0));
  }

  private finish(culprit: Pending | undefined, problem: string): void {
    if (this.finished) return;
    this.finished = true;
    clearTimeout(this.watch);
    const closed = this.over && this.pending.size === 0;
    this.over = true;
    if (!closed) this.events.died(this, this.takeAll(), culprit, problem);
  }
}

function closedError(): WatersmeetError {
  return new WatersmeetError('run.stopping', 'The scorer was closed.');
}
