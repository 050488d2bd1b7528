// Needs npm with its registry or its cache, and the temporal program (found or fetched). The package is packed, installed into an empty folder,
// and used there as its users do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cleanEnvironment } from '../cli/run-cli.js';

const ROOT = path.join(import.meta.dirname, '../../..');
const LIMIT_MILLISECONDS = 300_000;

const USE = `import { AgentFailure, defineConfig, loadChampion, open, type AgentContext, type RunEvent, type WatersmeetConfig } from 'watersmeet';

const words: readonly string[] = ['even', 'odd'];
const tasks = Array.from({ length: 96 }, (_, index) => {
  const word = words[index % 2]!;
  const split = (['train', 'train', 'validation', 'test'] as const)[Math.floor(index / 2) % 4]!;
  return { id: \`t\${index}\`, input: \`\${word} \${index}\`, expected: word, category: word, split };
});
const config: WatersmeetConfig = defineConfig({
  project: 'installed',
  benchmark: { tasks },
  agent: {
    kind: 'function',
    run: async ({ task, texts }: AgentContext) => {
      const [word = ''] = String(task.input).split(' ');
      if (!texts['examples']!.includes(word)) throw new AgentFailure('never seen');
      return { output: word, trajectory: null };
    },
  },
  modules: { examples: { kind: 'demos' } },
  scorer: 'exact',
  optimize: { inner: 'bootstrap', demosFrom: 'answers', demosPerCategory: 1 },
  merge: { combine: 'union', pool: 0 },
});
const project = await open({ config });
const run = await project.start();
const types = new Set<RunEvent['body']['type']>();
for await (const { body } of run.events()) types.add(body.type);
const { better } = await run.result();
await project.promote(run.id);
await project.close();
const champion = await loadChampion();
console.log(JSON.stringify({ better, ended: types.has('run-ended'), version: champion.version, examples: champion.texts['examples'] }));
`;
const MISUSE = `import { defineConfig, open } from 'watersmeet';
// @ts-expect-error: no such key
defineConfig({ project: 'x', benchmark: { file: 'x' }, agent: { kind: 'chat' }, modules: {}, scorer: 'exact', optimise: {} });
// @ts-expect-error: no such scorer
defineConfig({ project: 'x', benchmark: { file: 'x' }, agent: { kind: 'chat' }, modules: {}, scorer: 'exakt' });
const project = await open();
// @ts-expect-error: a run has no such method
await (await project.start()).stop();
`;

describe('the package', () => {
  let folder: string;
  let app: string;

  const run = (command: string, argv: readonly string[], cwd = app) =>
    spawnSync(command, argv, { cwd, env: cleanEnvironment({ npm_config_loglevel: 'error' }), encoding: 'utf8', timeout: LIMIT_MILLISECONDS });
  const fine = (command: string, argv: readonly string[], cwd = app): string => {
    const { status, stdout, stderr, error } = run(command, argv, cwd);
    assert.equal(status, 0, `${command} ${argv.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const bin = () => path.join(app, 'node_modules/.bin/watersmeet');

  before(function () {
    this.timeout(LIMIT_MILLISECONDS);
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-package-'));
    app = path.join(folder, 'app');
    mkdirSync(app);
    fine('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
    fine('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', path.join(folder, archive!)]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what it needs and nothing else', () => {
    const installed = path.join(app, 'node_modules/watersmeet');
    assert.deepEqual(
      readdirSync(installed)
        .filter((name) => !/^(README|LICENSE|CHANGELOG)/.test(name))
        .toSorted(),
      ['dist', 'package.json'],
    );
    assert.deepEqual(readdirSync(path.join(installed, 'dist')), ['src']);
    assert.ok(existsSync(path.join(installed, 'dist/src/workflow-bundle.js')), 'the workflows are bundled before they are packed');
  });

  it('has a program: help, init, a dry run and doctor', () => {
    assert.match(fine(bin(), ['--help']), /^Usage: watersmeet/);
    assert.equal(fine(bin(), ['--version']).trim(), (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }).version);
    fine(bin(), ['init', 'mine']);
    const mine = path.join(app, 'mine');
    assert.match(fine(bin(), ['optimize', '--dry-run'], mine), /tasks +train 24, .*\n +divide +3 subsets of at most 8 tasks/);
    assert.equal(existsSync(path.join(mine, '.watersmeet')), false);
    assert.match(fine(bin(), ['doctor'], mine), /ok +configuration .*mine\/watersmeet\.config\.ts: project mine/);
  });

  it('type-checks, its own mistakes too, and runs from code', function () {
    this.timeout(LIMIT_MILLISECONDS);
    writeFileSync(path.join(app, 'use.ts'), USE);
    writeFileSync(path.join(app, 'misuse.ts'), MISUSE);
    const compilerOptions = {
      target: 'es2023',
      module: 'nodenext',
      strict: true,
      noUncheckedIndexedAccess: true,
      types: ['node'],
      typeRoots: [path.join(ROOT, 'node_modules/@types')],
      outDir: 'out',
    };
    // The types of Node and of Temporal themselves do not bear exact optional properties.
    for (const more of [{}, { exactOptionalPropertyTypes: true, skipLibCheck: true }]) {
      const files = ['use.ts', 'misuse.ts', 'mine/watersmeet.config.ts'];
      writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, ...more }, files }));
      fine(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.']);
    }
    const result = JSON.parse(fine(process.execPath, ['out/use.js'])) as Record<string, unknown>;
    assert.deepEqual([result['better'], result['ended'], result['version']], [true, true, 1]);
    assert.match(String(result['examples']), /Input: even \d+\nOutput: even/);
    assert.match(fine(bin(), ['runs', '--config', '.']), /installed +completed +better/);
  });
});
