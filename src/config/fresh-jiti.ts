// The loader of configurations, which reads the project's files anew at each load: a process that lives long, such as a worker in which
// schedules fire, has to see what was mended since.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Jiti, JitiOptions, TransformOptions, TransformResult } from 'jiti';

/** jiti without its entry, which would import() what is a module of Node's already: such a module is never read again. */
type CreateJiti = (
  file: string,
  options: JitiOptions,
  parts: {
    readonly onError: (error: unknown) => never;
    readonly nativeImport: (id: string) => Promise<unknown>;
    readonly createRequire: typeof createRequire;
  },
) => Jiti;

const require = createRequire(import.meta.url);
const folder = path.join(path.dirname(require.resolve('jiti')), '../dist');
const createJiti = require(path.join(folder, 'jiti.cjs')) as CreateJiti;

/** @returns what `load` gives; the modules of the project that it loaded are forgotten, installed packages are not. */
export async function withFreshJiti<T>(file: string, options: JitiOptions, load: (jiti: Jiti) => Promise<T>): Promise<T> {
  const transform = (given: TransformOptions) => (require(path.join(folder, 'babel.cjs')) as (given: TransformOptions) => TransformResult)(given);
  const jiti = createJiti(file, { ...options, transform }, { onError, nativeImport, createRequire });
  const before = new Set(Object.keys(jiti.cache));
  try {
    return await load(jiti);
  } finally {
    for (const loaded of Object.keys(jiti.cache)) if (!before.has(loaded) && !isInstalled(loaded)) delete jiti.cache[loaded];
  }
}

/** In place of import(): jiti compiles by itself what this refuses. */
async function nativeImport(id: string): Promise<unknown> {
  const file = id.startsWith('file:') ? fileURLToPath(id) : id;
  if (!path.isAbsolute(file) || isInstalled(file)) return import(id) as Promise<unknown>;
  if (!isCommonJs(file)) throw new Error(`${id} is read anew.`);
  const exports: unknown = createRequire(file)(file);
  return { ...(typeof exports === 'object' ? exports : {}), default: exports };
}

/** As Node has it: by the ending, else by the nearest package.json. */
function isCommonJs(file: string): boolean {
  if (path.extname(file) !== '.js') return path.extname(file) === '.cjs';
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'package.json');
    if (existsSync(found)) return (JSON.parse(readFileSync(found, 'utf8')) as { readonly type?: unknown }).type !== 'module';
    if (folder === path.dirname(folder)) return true;
  }
}

function isInstalled(file: string): boolean {
  return file.split(path.sep).includes('node_modules');
}

function onError(error: unknown): never {
  throw error;
}
