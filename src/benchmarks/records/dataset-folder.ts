// Hugging Face datasets on disk: folders as save_to_disk writes them, and the hub's layout of data files. Their splits are the tasks' splits.

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { SPLITS } from '../task-from-record.js';
import { invalid } from './record.js';

export interface DatasetFile {
  /** From the dataset's folder, with `/`. */
  readonly name: string;
  /** Absent if the dataset has no splits. */
  readonly split?: string;
  /** Of the dataset, where a file beside the data has them. */
  readonly features?: unknown;
}

/** The hub's words for splits in names of files and folders, beside ours. */
const SPLIT_WORDS: ReadonlyMap<string, string> = new Map([
  ...[...SPLITS.keys()].map((name) => [name, name] as const),
  ['training', 'train'],
  ['testing', 'test'],
  ['eval', 'test'],
  ['evaluation', 'test'],
]);
const ORDER = ['train', 'validation', 'test'];
const MAX_DEPTH = 3;

/**
 * The data files of a dataset, train first.
 *
 * @param known whether a file is of a format that can be read.
 * @throws WatersmeetError 'input.invalid' if the folder is no dataset.
 */
export async function datasetFiles(folder: string, known: (file: string) => boolean): Promise<readonly DatasetFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw invalid(`${folder} cannot be read (${error.code ?? error.message}). Check its permissions.`);
  });
  if (names.includes('dataset_dict.json')) return savedSplits(folder);
  if (names.includes('state.json')) return savedFiles(folder, '', undefined);
  return hubFiles(folder, known);
}

// --- save_to_disk ----------------------------------------------------------------------------------------------------

async function savedSplits(folder: string): Promise<readonly DatasetFile[]> {
  const file = path.join(folder, 'dataset_dict.json');
  const { splits } = await readJson(file);
  if (!Array.isArray(splits) || splits.length === 0 || !splits.every((name): name is string => typeof name === 'string'))
    throw invalid(`${file} names no splits. Write the dataset again with save_to_disk.`);
  const unknown = splits.find((name) => splitWord(name) === undefined);
  if (unknown !== undefined) {
    throw invalid(
      `${file}: the split "${unknown}" is none of train, validation (or valid, val, dev) and test. Take it out of the list there, or set benchmark.file to the folder of one split.`,
    );
  }
  const files = await Promise.all(splits.map((name) => savedFiles(folder, name, splitWord(name))));
  return inOrder(files.flat());
}

async function savedFiles(folder: string, within: string, split: string | undefined): Promise<readonly DatasetFile[]> {
  const own = path.join(folder, within);
  const state = await readJson(path.join(own, 'state.json'));
  const info = await readJson(path.join(own, 'dataset_info.json')).catch(() => undefined);
  const listed = Array.isArray(state['_data_files']) ? (state['_data_files'] as readonly unknown[]) : [];
  const names = listed.flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'filename' in entry && typeof entry.filename === 'string' ? [entry.filename] : [],
  );
  if (names.length === 0) throw invalid(`${path.join(own, 'state.json')} names no data files. Write the dataset again with save_to_disk.`);
  const given = split ?? (typeof state['_split'] === 'string' ? splitWord(state['_split']) : undefined);
  return names.map((name) => {
    // Written by the library as a plain name: one that leads elsewhere is no part of the dataset.
    if (path.basename(name) !== name)
      throw invalid(`${path.join(own, 'state.json')} names the data file "${name}", which is not in its folder. Write the dataset again with save_to_disk.`);
    return {
      name: path.posix.join(within, name),
      ...(given === undefined ? {} : { split: given }),
      ...(info === undefined ? {} : { features: info['features'] }),
    };
  });
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw invalid(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}). The dataset is not whole: write it again with save_to_disk.`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw invalid(`${file} is not valid JSON. Write the dataset again with save_to_disk.`);
}

// --- the hub's layout ------------------------------------------------------------------------------------------------

async function hubFiles(folder: string, known: (file: string) => boolean): Promise<readonly DatasetFile[]> {
  const files = (await filesBelow(folder, '', known)).map((name) => ({ name, split: splitOfPath(name), group: groupOfPath(name) }));
  if (files.length === 0) {
    throw invalid(
      `${folder} holds no data: neither a dataset that save_to_disk wrote (dataset_dict.json or state.json) nor files of records such as train.jsonl or data/test-00000-of-00001.parquet. Name a file, or put them there.`,
    );
  }
  const groups = [...new Set(files.map(({ group }) => group))].toSorted();
  if (groups.length > 1) {
    const shown = groups.map((group) => (group === '' ? path.basename(folder) : group));
    throw invalid(`${folder} holds several datasets: ${shown.join(', ')}. Set benchmark.file to one of these folders, or to a file.`);
  }
  const without = files.find(({ split }) => split === undefined);
  const having = files.find(({ split }) => split !== undefined);
  if (without !== undefined && having !== undefined) {
    throw invalid(
      `${folder}: ${having.name} is for ${having.split}, but ${without.name} names no split. Give every file a name with train, validation or test, or take it away; or set benchmark.file to one file.`,
    );
  }
  const endings = [...new Set(files.map(({ name }) => path.extname(name).toLowerCase()))].toSorted();
  // One dataset in parts, or by chance in one folder: the latter would be read as one benchmark.
  if (without !== undefined && endings.length > 1)
    throw invalid(`${folder} holds files of several formats (${endings.join(', ')}), and none names its split. Set benchmark.file to one of them.`);
  return inOrder(files.map(({ name, split }) => (split === undefined ? { name } : { name, split })));
}

async function filesBelow(folder: string, within: string, known: (file: string) => boolean, depth = 0): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path.join(folder, within), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const name = path.posix.join(within, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path.join(folder, name)).catch(() => undefined))?.isDirectory() === true);
    if (isFolder && depth < MAX_DEPTH) found.push(...(await filesBelow(folder, name, known, depth + 1)));
    else if (!isFolder && known(entry.name) && !isDescription(entry.name)) found.push(name);
  }
  return found;
}

/** Files beside the data, of formats that data may have, too. */
function isDescription(name: string): boolean {
  return /^(?:dataset_infos?|dataset_dict|state|config|package|package-lock|watersmeet\.config)\.json$|^\.|^(?:readme|license|dataset_card)/i.test(name);
}

/** By the file's own name first, then by its folders, the nearest first. */
function splitOfPath(name: string): string | undefined {
  for (const part of name.split('/').reverse()) {
    const word = part
      .toLowerCase()
      .split(/[^a-z]+/)
      .find((each) => SPLIT_WORDS.has(each));
    if (word !== undefined) return splitWord(word);
  }
  return undefined;
}

/** Folders that only say `data` or a split hold parts of the same dataset. */
function groupOfPath(name: string): string {
  return name
    .split('/')
    .slice(0, -1)
    .filter((part) => part.toLowerCase() !== 'data' && splitOfPath(part) === undefined)
    .join('/');
}

function splitWord(word: string): string | undefined {
  const known = SPLIT_WORDS.get(word.toLowerCase());
  return known === undefined ? undefined : (SPLITS.get(known) ?? known);
}

function inOrder(files: readonly DatasetFile[]): readonly DatasetFile[] {
  return files.toSorted((left, right) => ORDER.indexOf(left.split ?? '') - ORDER.indexOf(right.split ?? '') || (left.name < right.name ? -1 : 1));
}
