// The text of a file: documents in a process of their own, and kept, because an agent reads a long one piece by piece.

import { fork } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDocument, plainText } from './file-kinds.js';

export interface ExtractRequest {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly member: string | undefined;
}

export type ExtractAnswer = { readonly text: string } | { readonly problem: string };

/** Bytes of a file that is read at all. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Megabytes of memory that reading a document may take. */
const CHILD_MEMORY = 1_024;
/** Characters of all texts that are kept. */
const KEPT_CHARACTERS = 20_000_000;
/** Documents that are read at the same time. */
const MOST_CHILDREN = 2;
const CHILD = fileURLToPath(new URL('./extract-child.js', import.meta.url));

/** By file, its time and size, and the member: the most recently used last. */
const kept = new Map<string, string>();

/**
 * @param file absolute.
 * @param name as it is called in messages; its ending says what it is.
 * @param member a file in an archive.
 * @throws Error for the model: too large, broken, of a kind that has no text.
 */
export async function extractText(file: string, name: string, member: string | undefined, signal: AbortSignal): Promise<string> {
  const { mtimeMs, size } = await stat(file);
  const key = JSON.stringify([file, mtimeMs, size, member ?? null]);
  const found = kept.get(key);
  if (found !== undefined) {
    kept.delete(key);
    kept.set(key, found);
    return found;
  }
  if (size > MOST_BYTES) throw new Error(`${name} has ${Math.round(size / 1024 / 1024)} MB; files of more than ${MOST_BYTES / 1024 / 1024} MB are not read.`);
  const bytes = await readFile(file, { signal });
  if (!isDocument(name) && member !== undefined) throw new Error(`${name} is no archive: it holds no "${member}".`);
  const text = isDocument(name) ? await inChild({ name, bytes, member }, signal) : plainText(name, bytes);
  keep(key, text);
  return text;
}

/** The same of a document that is in memory; nothing is kept. */
export async function extractBytes(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<string> {
  return inChild({ name, bytes, member: undefined }, signal);
}

function keep(key: string, text: string): void {
  kept.set(key, text);
  let characters = [...kept.values()].reduce((sum, value) => sum + value.length, 0);
  for (const [oldest, value] of kept) {
    if (characters <= KEPT_CHARACTERS) return;
    kept.delete(oldest);
    characters -= value.length;
  }
}

let running = 0;
const waiting: (() => void)[] = [];

async function inChild(request: ExtractRequest, signal: AbortSignal): Promise<string> {
  if (running >= MOST_CHILDREN) await new Promise<void>((resolve) => void waiting.push(resolve));
  else running++;
  try {
    signal.throwIfAborted();
    return await askChild(request, signal);
  } finally {
    const next = waiting.shift();
    // The place is handed over, or free.
    if (next === undefined) running--;
    else next();
  }
}

function askChild(request: ExtractRequest, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, {
      serialization: 'advanced',
      env: {},
      execArgv: ['--disallow-code-generation-from-strings', `--max-old-space-size=${CHILD_MEMORY}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      signal,
      killSignal: 'SIGKILL',
    });
    let answer: ExtractAnswer | undefined;
    child.once('message', (message) => {
      answer = message as ExtractAnswer;
    });
    child.once('error', reject);
    child.once('close', () => {
      if (answer === undefined) reject(new Error(`${request.name} cannot be read: it takes too much memory, or breaks its reader.`));
      else if ('problem' in answer) reject(new Error(answer.problem));
      else resolve(answer.text);
    });
    child.send(request, (error) => {
      if (error !== null) child.kill('SIGKILL');
    });
  });
}
