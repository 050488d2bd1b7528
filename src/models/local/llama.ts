// The model in memory: node-llama-cpp, imported from the folder it was installed to.

import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tokenizer } from './chat-template.js';
import type { Sequence } from './request-queue.js';
import type { LocalModelSettings } from './settings.js';

/** What is used of node-llama-cpp 3.22.1, which is no dependency: its own types are not here when this is compiled. */
interface LlamaLibrary {
  getLlama(options: {
    gpu: false;
    build: 'never';
    logLevel: 'error';
    maxThreads: number;
    logger: (level: string, message: string) => void;
  }): Promise<{ loadModel(options: { modelPath: string }): Promise<LlamaModel> }>;
}

interface LlamaModel {
  tokenize(text: string, specialTokens: boolean): number[];
  detokenize(tokens: readonly number[], specialTokens: boolean): string;
  createContext(options: {
    contextSize: number;
    sequences: number;
    batchSize: number;
    threads: number;
    flashAttention: boolean;
    failedCreationRemedy: false;
  }): Promise<{ getSequence(): LlamaSequence }>;
}

interface LlamaSequence {
  readonly nextTokenIndex: number;
  eraseContextTokenRanges(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  evaluate(tokens: readonly number[], options: { temperature: 0; yieldEogToken: true }): AsyncGenerator<number, void>;
}

export interface LoadedModel {
  readonly tokenizer: Tokenizer;
  /** The sequences of each lane. */
  readonly lanes: readonly (readonly Sequence[])[];
}

/** Takes about a second, and the memory of all sequences. @throws Error when a file is missing, or memory is short. */
export async function loadModel(settings: LocalModelSettings): Promise<LoadedModel> {
  const { lanes, threads, prefixes, contextTokens, chunkTokens } = settings;
  const require = createRequire(path.join(settings.runtimeFolder, 'package.json'));
  const library = (await import(pathToFileURL(require.resolve('node-llama-cpp')).href)) as LlamaLibrary;
  // Standard output belongs to the line with the port.
  const logger = (level: string, message: string): void => void process.stderr.write(`llama.cpp ${level}: ${message.trimEnd()}\n`);
  const llama = await library.getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: lanes * threads, logger });
  const model = await llama.loadModel({ modelPath: settings.weightsPath });
  const sequencesPerLane = Math.ceil(prefixes / lanes);
  const loaded: Sequence[][] = [];
  for (let lane = 0; lane < lanes; lane += 1) {
    const context = await model.createContext({
      // One more than the longest request: a full context would be shifted, silently.
      contextSize: contextTokens + 1,
      sequences: sequencesPerLane,
      batchSize: chunkTokens,
      threads,
      // Without flash attention the answers' bits do not depend on the number of threads (measured), and it is no faster here.
      flashAttention: false,
      failedCreationRemedy: false,
    });
    loaded.push(Array.from({ length: sequencesPerLane }, () => asSequence(context.getSequence())));
  }
  return { tokenizer: { encode: (text) => model.tokenize(text, false), decode: (tokens) => model.detokenize(tokens, false) }, lanes: loaded };
}

function asSequence(sequence: LlamaSequence): Sequence {
  return {
    async keep(tokens) {
      if (sequence.nextTokenIndex > tokens) await sequence.eraseContextTokenRanges([{ start: tokens, end: sequence.nextTokenIndex }]);
      if (sequence.nextTokenIndex !== tokens) throw new Error(`The model's memory holds ${sequence.nextTokenIndex} tokens where ${tokens} were expected.`);
    },
    evaluate: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(tokens),
    generate: (tokens) => sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true }),
  };
}
