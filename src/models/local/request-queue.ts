// The requests that wait for the model, and the lanes that serve them.

import { ApiProblem } from './api-problem.js';
import { endsMessage, type Tokenizer } from './chat-template.js';
import { countTokens, type Chunk } from './chunk-plan.js';
import { chooseNext, type Slot } from './schedule.js';
import { scanForStops } from './stop-scanner.js';

/** One sequence in the model's memory. Its calls run one after another. */
export interface Sequence {
  /** Forgets all but the first tokens. */
  keep(tokens: number): Promise<void>;
  /** Evaluates the tokens in one batch, behind what is there. */
  evaluate(tokens: readonly number[]): Promise<void>;
  /** Evaluates the tokens in one batch, then yields the most probable next token again and again, each evaluated when the one after it is asked for. */
  generate(tokens: readonly number[]): AsyncIterable<number>;
}

export interface Work {
  readonly chunks: readonly Chunk[];
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly signal: AbortSignal;
  /** Called once, when the request's turn has come. */
  readonly onStart?: (cachedTokens: number) => void;
  /** Called with each new piece of the text. */
  readonly onText?: (text: string) => void;
}

export interface Completion {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  /** Tokens generated, without the one that ends the message. */
  readonly completionTokens: number;
  /** Prompt tokens that were in memory already. Depends on what ran before: not part of an answer's body. */
  readonly cachedTokens: number;
}

/** Totals since the start. */
export interface QueueStatistics {
  readonly waiting: number;
  readonly running: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

export interface QueueOptions {
  /** The sequences of each lane; one of a lane runs at a time. */
  readonly lanes: readonly (readonly Sequence[])[];
  readonly tokenizer: Tokenizer;
  readonly maxPasses: number;
  readonly maxWaiting: number;
}

interface Waiting {
  readonly work: Work;
  readonly chunks: readonly Chunk[];
  passedBy: number;
  readonly withdraw: () => void;
  readonly resolve: (completion: Completion) => void;
  readonly reject: (reason: unknown) => void;
}

interface SlotState {
  readonly lane: number;
  readonly sequence: Sequence;
  laneIsIdle: boolean;
  loaded: Chunk[];
  lastUsed: number;
}

export class RequestQueue {
  readonly #options: QueueOptions;
  readonly #slots: readonly SlotState[];
  readonly #waiting: Waiting[] = [];
  #turns = 0;
  #running = 0;
  readonly #totals = { completed: 0, failed: 0, cancelled: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0 };

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#slots = options.lanes.flatMap((sequences, lane) => sequences.map((sequence) => ({ lane, sequence, laneIsIdle: true, loaded: [], lastUsed: -1 })));
  }

  /** @throws ApiProblem 429 when too many requests wait; the signal's reason when it is aborted; what the model throws. */
  complete(work: Work): Promise<Completion> {
    return new Promise((resolve, reject) => {
      work.signal.throwIfAborted();
      if (this.#waiting.length >= this.#options.maxWaiting)
        throw new ApiProblem(429, `${this.#waiting.length} requests wait for the local model already. Send fewer at a time.`);
      const entry: Waiting = { work, chunks: work.chunks, passedBy: 0, withdraw: () => this.#withdraw(entry), resolve, reject };
      this.#waiting.push(entry);
      work.signal.addEventListener('abort', entry.withdraw, { once: true });
      this.#dispatch();
    });
  }

  statistics(): QueueStatistics {
    return { waiting: this.#waiting.length, running: this.#running, ...this.#totals };
  }

  #withdraw(entry: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    this.#totals.cancelled += 1;
    entry.reject(entry.work.signal.reason);
  }

  #dispatch(): void {
    for (;;) {
      const choice = chooseNext(this.#waiting, this.#slots satisfies readonly Slot[], this.#options.maxPasses);
      if (choice === undefined) return;
      const entry = this.#waiting[choice.request];
      const slot = this.#slots[choice.slot];
      if (entry === undefined || slot === undefined) return;
      for (const earlier of this.#waiting.slice(0, choice.request)) earlier.passedBy += 1;
      this.#waiting.splice(choice.request, 1);
      // From here on it looks at its signal itself.
      entry.work.signal.removeEventListener('abort', entry.withdraw);
      void this.#serve(entry, slot, choice.reused);
    }
  }

  async #serve(entry: Waiting, slot: SlotState, reused: number): Promise<void> {
    this.#setLane(slot.lane, false);
    slot.lastUsed = this.#turns++;
    this.#running += 1;
    try {
      const completion = await this.#run(entry.work, slot, reused);
      this.#totals.completed += 1;
      this.#totals.promptTokens += completion.promptTokens;
      this.#totals.cachedTokens += completion.cachedTokens;
      this.#totals.completionTokens += completion.completionTokens;
      entry.resolve(completion);
    } catch (error) {
      this.#totals[entry.work.signal.aborted ? 'cancelled' : 'failed'] += 1;
      entry.reject(error);
    } finally {
      this.#running -= 1;
      this.#setLane(slot.lane, true);
      this.#dispatch();
    }
  }

  #setLane(lane: number, idle: boolean): void {
    for (const slot of this.#slots) if (slot.lane === lane) slot.laneIsIdle = idle;
  }

  async #run(work: Work, slot: SlotState, reused: number): Promise<Completion> {
    const { chunks, signal } = work;
    const last = chunks.at(-1);
    if (last === undefined) throw new Error('A prompt without tokens cannot be completed.');
    const kept = chunks.slice(0, reused);
    const cachedTokens = countTokens(kept);
    // Until the model has done what it should, nothing is known to be in memory; `loaded` grows with what is.
    slot.loaded = [];
    await slot.sequence.keep(cachedTokens);
    slot.loaded = kept;
    work.onStart?.(cachedTokens);
    for (const chunk of chunks.slice(reused, -1)) {
      signal.throwIfAborted();
      await slot.sequence.evaluate(chunk.tokens);
      slot.loaded.push(chunk);
    }
    signal.throwIfAborted();
    return { ...(await this.#generate(work, slot, last)), promptTokens: countTokens(chunks), cachedTokens };
  }

  async #generate(work: Work, slot: SlotState, last: Chunk): Promise<Pick<Completion, 'text' | 'finishReason' | 'completionTokens'>> {
    const generated: number[] = [];
    let shown = 0;
    const show = (text: string): void => {
      if (text.length > shown) work.onText?.(text.slice(shown));
      shown = Math.max(shown, text.length);
    };
    let ended = false;
    for await (const token of slot.sequence.generate(last.tokens)) {
      if (generated.length === 0) slot.loaded.push(last);
      work.signal.throwIfAborted();
      if (endsMessage(token)) {
        ended = true;
        break;
      }
      generated.push(token);
      const scan = scanForStops(this.#options.tokenizer.decode(generated), work.stop, false);
      show(scan.text);
      if (scan.stopped) return { text: scan.text, finishReason: 'stop', completionTokens: generated.length };
      if (generated.length >= work.maxTokens) break;
    }
    const { text } = scanForStops(this.#options.tokenizer.decode(generated), work.stop, true);
    show(text);
    return { text, finishReason: ended ? 'stop' : 'length', completionTokens: generated.length };
  }
}
