// Finds a configuration's file and loads it; whatever is wrong with it is one sentence with file and line.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Jiti } from 'jiti';
import { WatersmeetError } from '../core/failures.js';
import { withFreshJiti } from './fresh-jiti.js';
import * as library from './library.js';
import type { Overrides } from './overrides.js';
import { configurationError } from './problems.js';
import { resolveConfig, type FunctionVersions, type LoadedConfig } from './resolve-config.js';
import { expandShorthands, isRecord } from './shorthands.js';
import { functionVersion } from './versions.js';

export { explain } from './explain.js';
export type { Overrides } from './overrides.js';
export type { LoadedConfig } from './resolve-config.js';

export const CONFIG_FILES = [
  'watersmeet.config.ts',
  'watersmeet.config.mts',
  'watersmeet.config.js',
  'watersmeet.config.mjs',
  'watersmeet.config.json',
] as const;

/** For other loaders of configurations (threads of scorers): what `import ... from 'watersmeet'` is there, as jiti takes it. */
export const CONFIG_ALIASES: Readonly<Record<string, string>> = { watersmeet: fileURLToPath(new URL('./library.js', import.meta.url)) };

export interface LoadOptions {
  readonly overrides?: Overrides;
}

/**
 * Loads, checks and resolves a configuration. The file and what it imports from the project are read anew each time.
 *
 * @param path a file, or a folder with one of CONFIG_FILES.
 * @throws WatersmeetError 'input.invalid' with file, line and every problem.
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const file = findConfig(path);
  const overrides = options.overrides === undefined ? {} : { overrides: options.overrides };
  if (extname(file) === '.json') return resolveConfig(readJson(file), { file, ...overrides });
  const { jiti, config } = await importConfig(file);
  return resolveConfig(config, { file, ...overrides, versions: await functionVersions(jiti, file, config) });
}

async function functionVersions(jiti: Jiti, file: string, config: unknown): Promise<FunctionVersions> {
  const { agent, scorer, optimize } = isRecord(config) ? expandShorthands(config) : {};
  const isFunction = (section: unknown) => isRecord(section) && section['kind'] === 'function' && section['version'] === undefined;
  return {
    ...(isFunction(agent) || hasOwnCode(agent) ? { agent: await functionVersion(jiti, file, 'agent') } : {}),
    ...(isFunction(scorer) ? { scorer: await functionVersion(jiti, file, 'scorer') } : {}),
    ...(isRecord(optimize) && optimize['propose'] !== undefined && optimize['version'] === undefined
      ? { optimize: await functionVersion(jiti, file, 'optimize') }
      : {}),
  };
}

/** Whether an agent of kind `react` has tools or an environment of the user's own. */
function hasOwnCode(agent: unknown): boolean {
  if (!isRecord(agent) || agent['kind'] !== 'react' || agent['version'] !== undefined) return false;
  const { tools, environment } = agent;
  return typeof environment === 'function' || (Array.isArray(tools) && tools.some((tool) => tool !== 'benchmark'));
}

/** The absolute path of the configuration's file. @throws WatersmeetError 'input.invalid' when there is none, or more than one. */
export function findConfig(path: string): string {
  const absolute = resolve(path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) throw invalid(`${absolute} does not exist. Check the path, or type \`watersmeet init\` to write a configuration.`);
  if (!found.isDirectory()) {
    const known = [...new Set(CONFIG_FILES.map((name) => extname(name)))];
    if (!known.includes(extname(absolute))) throw invalid(`${absolute} is no configuration: its ending must be one of ${known.join(', ')}.`);
    return absolute;
  }
  const present = CONFIG_FILES.filter((name) => existsSync(join(absolute, name)));
  const [only, second] = present;
  if (only === undefined)
    throw invalid(
      `${absolute} has no configuration: there is no watersmeet.config.ts (nor .mts, .js, .mjs, .json)${similarName(absolute)}. Type \`watersmeet init\` to write one.`,
    );
  if (second !== undefined) throw invalid(`${absolute} has more than one configuration: ${present.join(', ')}. Keep one of them, or name the file.`);
  return join(absolute, only);
}

function similarName(folder: string): string {
  const similar = readdirSync(folder).find((name) => /^water-?smeet\.?config/i.test(name) || /^watersmeet\.conf/i.test(name));
  return similar === undefined ? '' : `; ${similar} is not read`;
}

function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? '' : `:${text.slice(0, Number(position)).split('\n').length}`;
    throw invalid(`${file}${line}: not valid JSON: ${message.replace(/ in JSON at position.*$/, '').replace(/, "[^]*" is not valid JSON$/, '')}.`);
  }
}

async function importConfig(file: string): Promise<{ readonly jiti: Jiti; readonly config: unknown }> {
  // No cache on disk: it would be written into the user's node_modules.
  const options = { fsCache: false, interopDefault: false, virtualModules: { watersmeet: guardedLibrary() } };
  return withFreshJiti(file, options, async (jiti) => {
    try {
      const module: unknown = await jiti.import(file);
      if (typeof module !== 'object' || module === null || !('default' in module))
        throw invalid(`${file} has no default export: write "export default defineConfig({ ... })".`);
      return { jiti, config: (await module.default) as unknown };
    } catch (error) {
      throw error instanceof WatersmeetError ? error : importError(file, error);
    }
  });
}

/** Says so when a configuration uses what is not there; types are no use of it. */
function guardedLibrary(): object {
  const names: Readonly<Record<string, unknown>> = { ...library };
  return new Proxy(names, {
    get(_, name) {
      if (name === '__esModule') return true;
      if (typeof name === 'symbol' || name === 'then' || name === 'default' || Object.hasOwn(names, name)) return Reflect.get(names, name);
      throw new TypeError(
        `"${name}" of watersmeet is not there for configurations, which may use ${Object.keys(names).join(', ')}; write what starts or reads runs in a script of its own`,
      );
    },
  });
}

/** What went wrong while the file was loaded, with file and line as far as they are known. */
function importError(file: string, cause: unknown): WatersmeetError {
  if (!(cause instanceof Error)) return configurationError(file, [`it threw ${String(cause)}.`], { cause });
  const syntax = /^(?:ParseError|SyntaxError): (?:[^\n]*?: )??([^\n]*?)\s*\n\s*(.+):(\d+):(\d+)/.exec(cause.message);
  if (syntax !== null) {
    const [, message = '', place = file, line = '1', column = '0'] = syntax;
    // Babel counts columns from 0.
    return configurationError(`${place}:${line}:${Number(column) + 1}`, [sentence(message)], { cause });
  }
  const missing = /^Cannot find (?:module|package) '([^']+)'(?:[^\n]*imported from ([^\n]+))?/.exec(cause.message);
  if (missing !== null && 'code' in cause && (cause.code === 'MODULE_NOT_FOUND' || cause.code === 'ERR_MODULE_NOT_FOUND')) {
    const [, specifier = '', from] = missing;
    const importer = /^- (.+)$/m.exec(cause.message)?.[1] ?? from ?? file;
    const installed = /^[./]|^file:/.test(specifier)
      ? 'there is no such file. Check the path.'
      : `it is not installed. Type \`npm install ${packageName(specifier)}\`.`;
    return configurationError(`${importer}${lineOf(importer, specifier)}`, [`cannot import '${specifier}': ${installed}`], { cause });
  }
  return configurationError(throwingPlace(cause) ?? file, [`${cause.name === 'Error' ? 'Error' : cause.name}: ${sentence(cause.message)}`], { cause });
}

function sentence(message: string): string {
  const [first = ''] = message.trim().split('\n');
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** `:3`, when the file names the specifier in its third line. */
function lineOf(file: string, specifier: string): string {
  if (!existsSync(file)) return '';
  const index = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(`'${specifier}'`) || line.includes(`"${specifier}"`));
  return index === -1 ? '' : `:${index + 1}`;
}

/** The first place in the error's stack that belongs to the user. */
function throwingPlace(error: Error): string | undefined {
  const compiled = dirname(dirname(fileURLToPath(import.meta.url)));
  // With source maps, our own frames name the sources instead.
  const own = [compiled, compiled.replace(`${sep}dist${sep}`, sep)];
  for (const [, path = '', line] of (error.stack ?? '').matchAll(/(?:\(|at |file:\/\/)((?:\/|[A-Za-z]:\\)[^():\n]*):(\d+):\d+/g)) {
    if (!path.split(sep).includes('node_modules') && !own.some((folder) => path.startsWith(folder))) return `${path}:${line}`;
  }
  return undefined;
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
