// The version of an agent's or scorer's code: a hash of the project files it is made of.

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareIds } from '../core/numbers.js';

const CODE = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];
const SUFFIXES = ['', ...CODE, '.json', ...CODE.map((ending) => `/index${ending}`), '/index.json'];
/** What TypeScript sources are imported as. */
const SOURCES: Readonly<Record<string, readonly string[]>> = { '.js': ['.ts', '.tsx'], '.mjs': ['.mts'], '.cjs': ['.cts'], '.jsx': ['.tsx'] };

// `from '...'` of import and export, `import '...'`, `import('...')`, `require('...')`, `new URL('./...', import.meta.url)`.
// Strings and comments are not told from code: at worst a file counts that need not.
const SPECIFIER = /(?:\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)*|\bnew\s+URL\s*\(\s*(?=['"`]\.))(['"`])([^'"`\n\r]+)\1/g;

/**
 * SHA-256 (hex) over a file and all project files it imports, directly or not, by relative path or file URL: their paths relative to it and
 * their contents, sorted. It changes when any of them does, and not when the project is moved or checked out with other line ends.
 *
 * Everything else (packages, built-ins, `#imports`, path aliases, files below node_modules) counts by name only; an `import()` of a computed
 * name is not seen. Files that do not exist count by name.
 *
 * @throws the file system's error if the file itself cannot be read.
 */
export async function codeVersion(file: string): Promise<string> {
  const entry = resolve(file);
  const files = new Map<string, string>();
  const names = new Set<string>();
  const base = dirname(entry);
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    const isCode = CODE.includes(extname(path));
    const bytes = await readFile(path);
    const content = isCode ? bytes.toString('utf8').replaceAll('\r\n', '\n') : bytes;
    files.set(path, createHash('sha256').update(content).digest('hex'));
    if (typeof content !== 'string') continue;
    for (const match of content.matchAll(SPECIFIER)) {
      const specifier = match[2]!;
      if (specifier.includes('${')) continue;
      const found = await find(specifier, dirname(path), base);
      if (found === undefined) names.add(specifier);
      else open.push(found);
    }
  }
  const listed = [...files]
    .map(([path, hash]) => [relative(base, path).split(sep).join('/'), hash] as const)
    .sort(([left], [right]) => compareIds(left, right));
  return createHash('sha256')
    .update(JSON.stringify({ files: listed, names: [...names].sort(compareIds) }))
    .digest('hex');
}

async function find(specifier: string, folder: string, base: string): Promise<string | undefined> {
  const bare = specifier.replace(/[?#].*$/, '');
  let path: string;
  if (/^\.{1,2}(?:\/|$)/.test(bare)) path = join(folder, bare);
  else if (bare.startsWith('file://')) path = fileURLToPath(bare);
  else if (isAbsolute(bare)) path = bare;
  else return undefined;
  if (relative(base, path).split(sep).includes('node_modules')) return undefined;

  const ending = extname(path);
  const candidates = [
    path,
    ...(SOURCES[ending] ?? []).map((source) => path.slice(0, -ending.length) + source),
    ...SUFFIXES.slice(1).map((suffix) => path + suffix),
  ];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile() === true) return candidate;
  }
  return undefined;
}
