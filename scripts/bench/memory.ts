// Memory of large benchmarks: `benchmark check` of files of 1 GB, and the start of a run on a million tasks.

import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { randomStream } from '../../src/core/random.js';
import { memoryOf, removeFolder, scratchFolder } from './machine.js';

export interface Memory {
  readonly what: string;
  /** Bytes resident at most. */
  readonly most: number;
  /** MB. */
  readonly target: number;
}

const CLI = path.join(import.meta.dirname, '../../src/cli/main.js');
const TASKS = 950_000;
/** Written in one go, from memory: 150 MB. */
const WHOLE_TASKS = 150_000;
const INPUT_CHARACTERS = 950;
const LOOK_EVERY = 50;
/** What is looked at of the first evaluation, milliseconds. */
const FIRST_EVALUATION = 10_000;

export async function* measureMemory(): AsyncGenerator<Memory> {
  const folder = scratchFolder('memory');
  try {
    const write = async (name: string, head: string, line: (task: Row) => string) => {
      const file = path.join(folder, name);
      const packer = name.endsWith('.gz') ? [createGzip({ level: 1 })] : [];
      await pipeline([Readable.from(lines(head, line)), ...packer, createWriteStream(file)]);
      return file;
    };
    const json = (task: Row) => `${JSON.stringify(task)}\n`;
    yield await checked('1 GB of JSON Lines', await write('tasks.jsonl', '', json));
    yield await checked('1 GB of JSON Lines, gzipped', await write('packed.jsonl.gz', '', json));
    yield await checked(
      '1 GB of CSV',
      await write('tasks.csv', 'id,input,expected,category\n', ({ id, input, expected, category }) => `${id},"${input}",${expected},${category}\n`),
    );
    const writeWhole = (name: string, bytes: Uint8Array) => {
      writeFileSync(path.join(folder, name), bytes);
      return path.join(folder, name);
    };
    yield await checked('150 MB of Parquet in one row group', writeWhole('tasks.parquet', parquetFile()));
    yield await checked('150 MB of Parquet with pages of 64 MB', writeWhole('pages.parquet', parquetFile(64_000_000)));
    yield await checked('150 MB of Arrow in one batch', writeWhole('tasks.arrow', arrowFile()));
    yield { what: `start of a run on ${TASKS} small tasks`, most: await startOfRun(path.join(folder, 'run')), target: 400 };
  } finally {
    removeFolder(folder);
  }
}

interface Row {
  readonly id: string;
  readonly input: string;
  readonly expected: string;
  readonly category: string;
}

/** Words without any order, so that no two inputs are alike and nothing is packed to a tenth. */
function rowMaker(): (number: number) => Row {
  const random = randomStream(7, 'bench/memory', 'words');
  const words = Array.from({ length: 400_000 }, () => random.integer(36 ** 6).toString(36)).join(' ');
  return (number) => {
    const start = random.integer(words.length - INPUT_CHARACTERS);
    return {
      id: `q${number}`,
      input: `${number} ${words.slice(start, start + INPUT_CHARACTERS)}`,
      expected: String(number % 97),
      category: `topic ${number % 12}`,
    };
  };
}

function* lines(head: string, line: (task: Row) => string): Generator<string> {
  const row = rowMaker();
  yield head;
  for (let number = 0; number < TASKS; number++) yield line(row(number));
}

/** @param pageSize bytes; default: the writer's. */
function parquetFile(pageSize?: number): Uint8Array {
  const columnData = Object.entries(columns()).map(([name, data]) => ({ name, data, type: 'STRING' as const }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: WHOLE_TASKS, ...(pageSize === undefined ? {} : { pageSize }) }));
}

function arrowFile(): Uint8Array {
  const texts = Object.entries(columns()).map(([name, data]) => [name, vectorFromArray(data, new Utf8())] as const);
  return tableToIPC(new Table(Object.fromEntries(texts)), 'stream');
}

function columns(): Readonly<Record<keyof Row, string[]>> {
  const row = rowMaker();
  const rows = Array.from({ length: WHOLE_TASKS }, (_, number) => row(number));
  const column = (name: keyof Row) => rows.map((each) => each[name]);
  return { id: column('id'), input: column('input'), expected: column('expected'), category: column('category') };
}

async function checked(what: string, file: string): Promise<Memory> {
  const child = spawn(process.execPath, [CLI, 'benchmark', 'check', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { what: `benchmark check, ${what}`, most: await mostOf(child, () => false), target: 300 };
}

async function startOfRun(folder: string): Promise<number> {
  mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
  symlinkSync(path.join(import.meta.dirname, '../../..'), path.join(folder, 'node_modules/watersmeet'));
  const task = (_: unknown, number: number) =>
    `${JSON.stringify({ input: `What is ${number} plus ${(number * 7) % 1_000}?`, expected: String(number + ((number * 7) % 1_000)) })}\n`;
  writeFileSync(path.join(folder, 'tasks.jsonl'), Array.from({ length: TASKS }, task).join(''));
  writeFileSync(
    path.join(folder, 'watersmeet.config.ts'),
    `import { defineConfig } from 'watersmeet';
export default defineConfig({
  project: 'memory', benchmark: { file: 'tasks.jsonl' }, agent: async ({ task }) => String(task.input), scorer: 'exact',
  modules: { examples: { kind: 'demos' } }, optimize: { inner: 'bootstrap', demosFrom: 'answers' },
});
`,
  );
  const cli = spawn(process.execPath, [CLI, 'optimize', '--config', folder, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let begun: number | undefined;
  cli.stdout.on('data', () => (begun ??= performance.now()));
  const most = await mostOf(cli, () => begun !== undefined && performance.now() - begun > FIRST_EVALUATION);
  return most;
}

/** Until it ends, or there is enough: then it is told to end. */
async function mostOf(child: ChildProcess, enough: () => boolean): Promise<number> {
  let ended = false;
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve())).then(() => (ended = true));
  let most = 0;
  while (!ended && !enough()) {
    most = Math.max(most, memoryOf(child.pid!));
    await Promise.race([end, sleep(LOOK_EVERY)]);
  }
  child.kill('SIGINT');
  await end;
  return most;
}
