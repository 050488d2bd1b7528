// Needs nothing but a folder for temporary files.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { createJiti } from 'jiti';
import { AgentFailure } from '../../src/agents/agent.js';
import { CONFIG_ALIASES, explain, findConfig, loadConfig } from '../../src/config/load-config.js';
import { failureTypeOf } from '../../src/core/failures.js';

const BODY = `project: 'p', benchmark: { file: 'b.jsonl' }, modules: { instructions: 'x' }, model: 'local',`;
const PLAIN = `export default { ${BODY} agent: { kind: 'chat', system: '{{instructions}}' }, scorer: 'exact' };\n`;
const JSON_BODY = {
  benchmark: { file: 'b.jsonl' },
  modules: { instructions: 'x' },
  model: 'local',
  agent: { kind: 'chat', system: '{{instructions}}' },
  scorer: 'exact',
};

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'watersmeet-config-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** The sentence, without the folder's name. */
async function sentenceOf(path: string): Promise<string> {
  try {
    await loadConfig(path);
  } catch (error) {
    assert.equal(failureTypeOf(error), 'input.invalid', String(error));
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
  throw new assert.AssertionError({ message: 'The configuration was taken.' });
}

describe('loadConfig takes', () => {
  for (const ending of ['ts', 'mts', 'js', 'mjs']) {
    it(`watersmeet.config.${ending}, found in its folder, also where watersmeet is not installed`, async () => {
      const type = ending.endsWith('ts') ? 'const project: string' : 'const project';
      const file = await put(
        `watersmeet.config.${ending}`,
        `import { defineConfig } from 'watersmeet';\n${type} = 'typed';\nexport default defineConfig({ ${BODY} project, agent: { kind: 'chat', system: '{{instructions}}' }, scorer: 'exact' });\n`,
      );
      const loaded = await loadConfig(folder);
      assert.equal(loaded.settings.project, 'typed');
      assert.equal(loaded.file, file);
      assert.equal(loaded.folder, folder);
      assert.equal(loaded.projectFolder, join(folder, '.watersmeet'));
      assert.equal(loaded.benchmark.source, join(folder, 'b.jsonl'));
      assert.equal(explain(loaded).find(({ key }) => key === 'project')?.origin, 'config');
    });
  }

  it('watersmeet.config.json', async () => {
    await put('watersmeet.config.json', JSON.stringify({ project: 'p', ...JSON_BODY }));
    assert.equal((await loadConfig(folder)).settings.project, 'p');
  });

  it('a file of any name, CommonJS, and a promise', async () => {
    const common = await put('other.js', PLAIN.replace('export default', 'module.exports ='));
    assert.equal((await loadConfig(common)).settings.project, 'p');
    const promised = await put(
      'promised.ts',
      `const later = await Promise.resolve('p2');\n${PLAIN.replace('export default {', 'export default Promise.resolve({').replace('};', ', project: later });')}`,
    );
    assert.equal((await loadConfig(promised)).settings.project, 'p2');
  });

  it('overrides', async () => {
    await put('watersmeet.config.ts', PLAIN);
    const loaded = await loadConfig(folder, { overrides: { set: ['seed=7'], model: 'http://localhost:1/v1#x' } });
    assert.equal(loaded.settings.seed, 7);
    assert.equal(loaded.settings.models.agent?.model, 'x');
    assert.equal(explain(loaded).find(({ key }) => key === 'seed')?.origin, 'command line');
  });

  it('functions from modules beside it, with the very classes of this process', async () => {
    await put(
      'agent.ts',
      `import { AgentFailure, type AgentContext } from 'watersmeet';\nexport async function run(context: AgentContext): Promise<string> { throw new AgentFailure('no ' + context.task.id); }\n`,
    );
    await put(
      'watersmeet.config.ts',
      `import { defineConfig } from 'watersmeet';\nimport { run } from './agent.js';\nexport default defineConfig({ ${BODY} agent: run, scorer: ({ output }) => (output === 'x' ? 1 : 0) });\n`,
    );
    const { definitions } = await loadConfig(folder);
    await assert.rejects(
      async () => definitions.run?.({ task: { id: 't1', input: '' } } as never),
      (error) => error instanceof AgentFailure && error.message === 'no t1',
    );
    assert.equal(await definitions.score?.({ output: 'x' } as never), 1);
  });

  it('the same where another loader has the aliases only', async () => {
    const file = await put(
      'watersmeet.config.ts',
      `import { defineConfig, AgentFailure } from 'watersmeet';\nexport default defineConfig({ ${BODY} agent: async () => { throw new AgentFailure('no'); }, scorer: () => 0.5 });\n`,
    );
    const config = await createJiti(file, { alias: { ...CONFIG_ALIASES }, fsCache: false }).import<{ scorer: () => number }>(file, { default: true });
    assert.equal(config.scorer(), 0.5);
  });

  it('the file as it is now, and the modules it imports', async () => {
    await put('words.ts', `export const project = 'first';\n`);
    await put('watersmeet.config.ts', `import { project } from './words.js';\n${PLAIN.replace("project: 'p'", 'project')}`);
    assert.equal((await loadConfig(folder)).settings.project, 'first');
    await put('words.ts', `export const project = 'second';\n`);
    assert.equal((await loadConfig(folder)).settings.project, 'second');
    await put('words.ts', `export const project: string = ;\n`);
    await assert.rejects(loadConfig(folder));
    await put('words.ts', `export const project = 'third';\n`);
    assert.equal((await loadConfig(folder)).settings.project, 'third');
  });

  const kinds: readonly [config: string, imported: string, type?: 'module'][] = [
    ['watersmeet.config.ts', 'words.mts'],
    ['watersmeet.config.ts', 'words.mjs'],
    ['watersmeet.config.ts', 'words.cjs'],
    ['watersmeet.config.mts', 'words.json'],
    ['watersmeet.config.js', 'words.js'],
    ['watersmeet.config.js', 'words.js', 'module'],
    ['watersmeet.config.mjs', 'words.mjs'],
    ['watersmeet.config.mjs', 'words.js', 'module'],
    ['watersmeet.config.mjs', 'words.cjs'],
    ['watersmeet.config.mjs', 'words.json'],
  ];
  for (const [config, imported, type] of kinds) {
    it(`${config} as it is now, and ${imported}${type === undefined ? '' : ' in a package of modules'} that it imports through another`, async () => {
      if (type !== undefined) await put('package.json', JSON.stringify({ type }));
      const middle = `between${path.extname(imported) === '.json' ? path.extname(config) : path.extname(imported)}`;
      const isCommonJs = path.extname(imported) === '.cjs';
      await put(
        middle,
        isCommonJs
          ? `module.exports = { word: require('./${imported}').word };\n`
          : path.extname(imported) === '.json'
            ? `import words from './${imported}' with { type: 'json' };\nexport const word = words.word;\n`
            : `export { word } from './${imported.replace('.mts', '.mjs')}';\n`,
      );
      for (const word of ['first', 'second', 'third']) {
        await put(
          imported,
          path.extname(imported) === '.json' ? JSON.stringify({ word }) : `${isCommonJs ? 'exports.word =' : 'export const word ='} '${word}';\n`,
        );
        const names = isCommonJs ? `between from './${middle}';\nconst { word } = between` : `{ word } from './${middle.replace('.mts', '.mjs')}'`;
        await put(config, `import ${names};\n${PLAIN.replace("project: 'p'", `project: word + '-${word}'`)}`);
        assert.equal((await loadConfig(folder)).settings.project, `${word}-${word}`);
      }
    });
  }

  it('watersmeet.config.json as it is now', async () => {
    for (const project of ['first', 'second']) {
      await put('watersmeet.config.json', JSON.stringify({ project, ...JSON_BODY }));
      assert.equal((await loadConfig(folder)).settings.project, project);
    }
  });

  it('leaves nothing behind in the project', async () => {
    await put('watersmeet.config.ts', PLAIN);
    await mkdir(join(folder, 'node_modules'));
    await loadConfig(folder);
    assert.deepEqual((await readdir(folder, { recursive: true })).sort(), ['node_modules', 'watersmeet.config.ts']);
  });
});

describe('loadConfig says with file and line', () => {
  const files: readonly [name: string, text: string, sentence: string][] = [
    ['a syntax error', `export default {\n  project: 'p'\n  seed: 1,\n};\n`, 'watersmeet.config.ts:3:3: Unexpected token, expected ",".'],
    ['an error it throws', `const a = 1;\n\nthrow new Error('no luck ' + a);\n`, 'watersmeet.config.ts:3: Error: no luck 1.'],
    ['an error of a module', `import './broken.js';\n${PLAIN}`, "broken.ts:2: TypeError: Cannot read properties of undefined (reading 'y')."],
    ['a syntax error of a module', `import './unreadable.js';\n${PLAIN}`, 'unreadable.ts:2:8: Missing initializer in const declaration.'],
    [
      'a missing module',
      `${PLAIN}import { x } from './missing.js';\nconsole.error(x);\n`,
      "watersmeet.config.ts:2: cannot import './missing.js': there is no such file. Check the path.",
    ],
    [
      'a missing package',
      `import x from '@nobody/nothing/deep';\n${PLAIN}x();\n`,
      "watersmeet.config.ts:1: cannot import '@nobody/nothing/deep': it is not installed. Type `npm install @nobody/nothing`.",
    ],
    ['no default export', `export const config = 1;\n`, 'watersmeet.config.ts has no default export: write "export default defineConfig({ ... })".'],
    ['an empty file', ``, 'watersmeet.config.ts has no default export: write "export default defineConfig({ ... })".'],
    [
      'something else of watersmeet',
      `import { startRun } from 'watersmeet';\nstartRun();\n${PLAIN}`,
      'watersmeet.config.ts:2: TypeError: "startRun" of watersmeet is not there for configurations, which may use AgentFailure, GAIA_PROMPT, WatersmeetError, calculateTool, compactXml, defineConfig, elementsAt, fetchPageTool, findElements, freightInvoices, parseXml, playEpisode, readFileTool, tool, valuesAt, viewImageTool, webSearchTool, z; write what starts or reads runs in a script of its own.',
    ],
    ['what is thrown that is no error', `throw 'a word';\n`, 'watersmeet.config.ts: it threw a word.'],
    [
      'a wrong value',
      PLAIN.replace("scorer: 'exact'", "scorer: 'exakt'"),
      'watersmeet.config.ts: scorer.kind must be "exact", "normalised", "numeric", "token-f1", "json-fields", "set", "environment", "benchmark", "function" or "judge", but is "exakt". Did you mean "exact"?',
    ],
  ];
  for (const [name, text, sentence] of files) {
    it(name, async () => {
      await put('broken.ts', `const x: { y?: number }[] = [];\nconsole.error(x[0]!.y);\n`);
      await put('unreadable.ts', `// Two signs.\nconst a == 1;\n`);
      await put('watersmeet.config.ts', text);
      assert.equal(await sentenceOf(folder), sentence);
    });
  }

  it('a JSON error', async () => {
    await put('watersmeet.config.json', `{\n  "project": "p",\n  "seed": 1,,\n}\n`);
    assert.match(await sentenceOf(folder), /^watersmeet\.config\.json:3: not valid JSON: .*\.$/);
  });
});

describe('findConfig', () => {
  const sentenceOfFinding = (path: string): string => {
    try {
      findConfig(path);
    } catch (error) {
      assert.equal(failureTypeOf(error), 'input.invalid');
      return (error as Error).message.replaceAll(folder, 'F');
    }
    throw new assert.AssertionError({ message: 'It was found.' });
  };

  it('names what is missing', async () => {
    assert.equal(sentenceOfFinding(join(folder, 'nope.ts')), 'F/nope.ts does not exist. Check the path, or type `watersmeet init` to write a configuration.');
    assert.equal(
      sentenceOfFinding(folder),
      'F has no configuration: there is no watersmeet.config.ts (nor .mts, .js, .mjs, .json). Type `watersmeet init` to write one.',
    );
    await put('watersmeet.config.yaml', '');
    assert.equal(
      sentenceOfFinding(folder),
      'F has no configuration: there is no watersmeet.config.ts (nor .mts, .js, .mjs, .json); watersmeet.config.yaml is not read. Type `watersmeet init` to write one.',
    );
    assert.equal(
      sentenceOfFinding(join(folder, 'watersmeet.config.yaml')),
      'F/watersmeet.config.yaml is no configuration: its ending must be one of .ts, .mts, .js, .mjs, .json.',
    );
  });

  it('chooses none of two', async () => {
    await put('watersmeet.config.ts', '');
    await put('watersmeet.config.json', '');
    assert.equal(
      sentenceOfFinding(folder),
      'F has more than one configuration: watersmeet.config.ts, watersmeet.config.json. Keep one of them, or name the file.',
    );
  });
});

describe('The version of a function', () => {
  const versions = async (): Promise<{ agent: string; scorer: string }> => {
    const { agent, scorer } = (await loadConfig(folder)).settings;
    return { agent: agent.kind === 'function' ? agent.version : '', scorer: scorer.kind === 'function' ? scorer.version : '' };
  };
  const CONFIG = `import { defineConfig } from 'watersmeet';
import { answer } from './answer.js';
import { grade } from './grade.js';

const LIMIT = 3;
const STRICT = true;

async function run(): Promise<string> {
  return answer(LIMIT);
}

export default defineConfig({
  ${BODY}
  seed: 1,
  agent: { kind: 'function', run },
  scorer: ({ output }) => grade(output, STRICT),
});
`;
  beforeEach(async () => {
    await put('answer.ts', `import { word } from './words.js';\nexport const answer = (limit: number) => word + limit;\n`);
    await put('words.ts', `export const word = 'a';\n`);
    await put('grade.ts', `export const grade = (output: unknown, strict: boolean) => (output === 'a' && strict ? 1 : 0);\n`);
    await put('watersmeet.config.ts', CONFIG);
  });

  const changes: readonly [name: string, file: string, from: string, to: string, agent: boolean, scorer: boolean][] = [
    ['another setting changes neither', 'watersmeet.config.ts', 'seed: 1', 'seed: 2', false, false],
    ['the function changes its own', 'watersmeet.config.ts', 'answer(LIMIT)', 'answer(LIMIT) + 1', true, false],
    ['a constant it uses changes its own', 'watersmeet.config.ts', 'LIMIT = 3', 'LIMIT = 4', true, false],
    ['a mended scorer leaves the agent as it is', 'watersmeet.config.ts', 'grade(output, STRICT)', 'grade(output, !STRICT)', false, true],
    ['a module it imports changes its own', 'grade.ts', '=== ', '!== ', false, true],
    ['a module that its module imports changes its own', 'words.ts', "'a'", "'b'", true, false],
    ['a statement that acts by being run changes both', 'watersmeet.config.ts', 'const LIMIT', 'process.title;\nconst LIMIT', true, true],
    ['a module imported for what it does changes both', 'watersmeet.config.ts', 'const LIMIT', "import './words.js';\nconst LIMIT", true, true],
  ];
  for (const [name, file, from, to, agent, scorer] of changes) {
    it(name, async () => {
      const before = await versions();
      const text = await readFile(join(folder, file), 'utf8');
      assert.ok(text.includes(from));
      await put(file, text.replace(from, to));
      const after = await versions();
      assert.deepEqual({ agent: before.agent !== after.agent, scorer: before.scorer !== after.scorer }, { agent, scorer });
    });
  }

  it('does not change when the project is moved', async () => {
    const before = await versions();
    const original = folder;
    folder = join(folder, 'moved');
    for (const name of ['answer.ts', 'words.ts', 'grade.ts', 'watersmeet.config.ts']) {
      await put(name, await readFile(join(original, name), 'utf8'));
    }
    assert.deepEqual(await versions(), before);
    folder = original;
  });

  it('follows a default export by name, through types and factories', async () => {
    const text = CONFIG.replace('export default defineConfig({', 'const config = {').replace(
      /\}\);\n$/,
      '} as const;\nexport default defineConfig(config as never);\n',
    );
    await put('watersmeet.config.ts', text);
    const before = await versions();
    await put('watersmeet.config.ts', text.replace('seed: 1', 'seed: 2'));
    assert.deepEqual(await versions(), before);
    await put('watersmeet.config.ts', text.replace('LIMIT = 3', 'LIMIT = 4'));
    assert.notEqual((await versions()).agent, before.agent);
  });

  it('counts the whole file where the function cannot be found in it', async () => {
    const text = `${CONFIG.replace('export default defineConfig({', 'const parts = [{').replace(/\}\);\n$/, '}];\n')}export default parts[0];\n`;
    await put('watersmeet.config.ts', text);
    const before = await versions();
    assert.match(before.agent, /^[0-9a-f]{64}$/);
    await put('watersmeet.config.ts', text.replace('seed: 1', 'seed: 2'));
    assert.notEqual((await versions()).agent, before.agent);
  });
});
