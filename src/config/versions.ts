// The version of a function of a configuration: a hash of its text, of what it uses in its file, and of the project
// files it imports. A mended scorer then leaves the agent's version as it is, and a changed budget leaves both.
//
// Names are followed by their spelling, so more may count than is used, never less. Not seen: files that are read at
// run time (a prompt in a .txt), modules imported by a computed name, installed packages. For these there is `version`.

import { existsSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Jiti } from 'jiti';
import { codeVersion } from '../agents/code-version.js';
import { contentAddress } from '../store/content-address.js';

/** What of Babel's syntax tree is looked at. Positions are in the source's text. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Statement {
  readonly node: Node;
  readonly text: string;
  /** Top-level names it declares or imports. */
  readonly declares: readonly string[];
  /** Imports are followed into their files, so their text does not count. */
  readonly imports: boolean;
}

/**
 * The version of the function that the default export of a configuration has under a key. The file was loaded before: it
 * has no syntax error.
 *
 * @param jiti the loader, for its parser and its way to find modules.
 */
export async function functionVersion(jiti: Jiti, file: string, key: 'agent' | 'scorer' | 'optimize'): Promise<string> {
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const statements = readStatements(jiti, file, text);
  const property = defaultProperty(statements, text, key);
  if (property === undefined) return codeVersion(file);
  // Statements that declare nothing act by being run: they always count, but for the default export itself.
  const counted = new Set(statements.filter(({ declares, node }) => declares.length === 0 && node.type !== 'ExportDefaultDeclaration'));
  const open = [property, ...[...counted].map((statement) => statement.text)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const words = new Set(next.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
    for (const statement of statements) {
      if (counted.has(statement) || !statement.declares.some((name) => words.has(name))) continue;
      counted.add(statement);
      open.push(statement.text);
    }
  }
  const inOrder = statements.filter((statement) => counted.has(statement));
  const texts = [property, ...inOrder.filter(({ imports }) => !imports).map((statement) => statement.text)];
  const specifiers = [...inOrder.flatMap(({ node }) => specifierOf(node)), ...texts.flatMap(importedInside)];
  const files = [...new Set(specifiers.flatMap((specifier) => projectFile(jiti, specifier, file)))].sort();
  return contentAddress({ texts, files: await Promise.all(files.map(codeVersion)) });
}

/** The statements of a file, as Babel sees them before anything is transformed. */
function readStatements(jiti: Jiti, filename: string, source: string): readonly Statement[] {
  let body: readonly Node[] = [];
  const look = () => ({
    visitor: {
      Program: {
        enter({ node }: { readonly node: { readonly body: readonly Node[] } }) {
          // The list itself changes while Babel transforms it.
          body = [...node.body];
        },
      },
    },
  });
  jiti.transform({ source, filename, ts: /\.[cm]?ts$/.test(filename), async: true, babel: { plugins: [look] } });
  return body.map((node) => ({ node, text: source.slice(node.start, node.end), declares: declaredNames(node), imports: node.type === 'ImportDeclaration' }));
}

/** The project file a specifier names, in a list; an empty one for packages and Node's own modules. */
function projectFile(jiti: Jiti, specifier: string, from: string): readonly string[] {
  const url = jiti.esmResolve(specifier, { parentURL: pathToFileURL(from), try: true });
  if (url === undefined || !url.startsWith('file:')) return [];
  const path = fileURLToPath(url);
  return path.split(sep).includes('node_modules') || !existsSync(path) ? [] : [path];
}

function specifierOf(node: Node): readonly string[] {
  const source = node['source'];
  return isNode(source) && typeof source['value'] === 'string' ? [source['value']] : [];
}

/** The text of a property of the object that is exported by default, through `defineConfig(...)`, a name and types; else undefined. */
function defaultProperty(statements: readonly Statement[], text: string, key: string): string | undefined {
  let node = statements.find(({ node: { type } }) => type === 'ExportDefaultDeclaration')?.node['declaration'];
  for (let steps = 0; steps < 20 && isNode(node); steps++) {
    if (node.type === 'ObjectExpression') {
      const properties = nodesOf(node['properties']);
      const named = properties.find(
        (property) => property['computed'] !== true && isNode(property['key']) && (property['key']['name'] ?? property['key']['value']) === key,
      );
      // What is spread into the object may hold anything.
      const spread = properties.filter(({ type }) => type === 'SpreadElement');
      return named === undefined ? undefined : [named, ...spread].map(({ start, end }) => text.slice(start, end)).join('\n');
    }
    if (node.type === 'CallExpression') node = nodesOf(node['arguments'])[0];
    else if (node.type === 'Identifier') node = initialValue(statements, node['name']);
    else node = node['expression'] ?? node['argument'];
  }
  return undefined;
}

function initialValue(statements: readonly Statement[], name: unknown): unknown {
  for (const { node } of statements) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node['declaration'] : node;
    if (!isNode(declaration) || declaration.type !== 'VariableDeclaration') continue;
    for (const declarator of nodesOf(declaration['declarations'])) if (isNode(declarator['id']) && declarator['id']['name'] === name) return declarator['init'];
  }
  return undefined;
}

/** Names a statement declares at the top level. Destructuring declares all that is written in its pattern. */
function declaredNames(node: Node): readonly string[] {
  if (node.type === 'ImportDeclaration') return nodesOf(node['specifiers']).flatMap(({ local }) => nameOf(local));
  const declaration = node.type === 'ExportNamedDeclaration' ? node['declaration'] : node;
  if (!isNode(declaration)) return [];
  if (declaration.type === 'VariableDeclaration') return nodesOf(declaration['declarations']).flatMap(({ id }) => patternNames(id));
  return nameOf(declaration['id']);
}

function patternNames(pattern: unknown): readonly string[] {
  if (!isNode(pattern)) return [];
  if (pattern.type === 'Identifier') return nameOf(pattern);
  return Object.values(pattern)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .flatMap(patternNames);
}

function nameOf(node: unknown): readonly string[] {
  return isNode(node) && typeof node['name'] === 'string' ? [node['name']] : [];
}

/** Specifiers of `import('...')` and `require('...')` with a literal. */
function importedInside(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1\s*\)/g)].flatMap(([, , specifier]) => (specifier === undefined ? [] : [specifier]));
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}
