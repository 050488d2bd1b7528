// Needs a temporary folder for the versions of files.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { tool } from '../../src/agents/tool.js';
import { defineConfig, type AgentConfig, type WatersmeetConfig } from '../../src/config/config.js';
import { forecast } from '../../src/config/forecast.js';
import { explain, loadConfig } from '../../src/config/load-config.js';
import { resolveConfig } from '../../src/config/resolve-config.js';
import { failureTypeOf } from '../../src/core/failures.js';
import { corridor } from '../agents/corridor.js';

const add = tool({ name: 'add', description: 'Adds.', parameters: z.object({ left: z.number(), right: z.number() }), run: ({ left, right }) => left + right });

const BASE = {
  project: 'p',
  benchmark: { file: 'data/tasks.jsonl' },
  modules: { guide: 'Be brief.' },
  scorer: 'exact',
  model: 'http://localhost:1/v1#qwen3',
} as const;
const TOOLS = defineConfig({ ...BASE, agent: { kind: 'react', system: '{{guide}}', tools: [add] } });
const ENVIRONMENT = defineConfig({ ...BASE, scorer: undefined as never, agent: { kind: 'react', system: '{{guide}}', environment: corridor } });

const resolved = (config: unknown) => resolveConfig(config, { file: '/project/watersmeet.config.ts' });

function problemsOf(config: unknown): readonly string[] {
  try {
    resolved(config);
  } catch (error) {
    assert.equal(failureTypeOf(error), 'input.invalid');
    const [head = '', ...lines] = (error as Error).message.split('\n');
    return lines.length === 0 ? [head.replace('/project/watersmeet.config.ts: ', '')] : lines.map((line) => line.trim());
  }
  throw new assert.AssertionError({ message: 'The configuration was taken.' });
}

const agent = (base: WatersmeetConfig, change: object) => ({ ...base, agent: { ...(base.agent as AgentConfig), ...change } });

describe('an agent of kind react in a configuration', () => {
  it('has tools: names are recorded, code is kept, and the folder is that of the benchmark', () => {
    const { settings, definitions } = resolved(TOOLS);
    const { version, ...rest } = settings.agent as { readonly version: string };
    assert.match(version, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      kind: 'react',
      system: '{{guide}}',
      user: '{{input}}',
      tools: ['add'],
      maxSteps: 20,
      toolTimeoutSeconds: 30,
      toolResultCharacters: 10_000,
    });
    assert.deepEqual(definitions, { folder: '/project/data', tools: [add] });
  });

  it('has the tools of its benchmark, alone or beside its own', () => {
    const ubl = (tools: unknown) => resolved({ ...TOOLS, benchmark: 'ubl', agent: { kind: 'react', system: '{{guide}}', tools } });
    assert.deepEqual((ubl('benchmark').settings.agent as { tools: unknown }).tools, ['ubl/*']);
    assert.equal('version' in ubl('benchmark').settings.agent, false);
    assert.deepEqual((ubl([add, 'benchmark']).settings.agent as { tools: unknown }).tools, ['add', 'ubl/*']);
    assert.equal(ubl('benchmark').definitions.folder, '/project/benchmarks/ubl');
  });

  it('acts in an environment: its score is what counts, and steps are those published', () => {
    const { settings, definitions } = resolved(ENVIRONMENT);
    const { version, ...rest } = settings.agent as { readonly version: string };
    assert.match(version, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      kind: 'react',
      system: '{{guide}}',
      user: '{{observation}}',
      environment: 'function',
      maxSteps: 50,
      showActions: false,
      stopAtLine: true,
    });
    assert.deepEqual(settings.scorer, { kind: 'environment' });
    assert.equal(definitions.environment, corridor);
  });

  it('asks for no stop of models that refuse it', () => {
    const config = { ...ENVIRONMENT, budget: { money: 1 } };
    assert.equal((resolved({ ...config, model: 'openai:gpt-5-mini' }).settings.agent as { stopAtLine: boolean }).stopAtLine, false);
    assert.equal((resolved({ ...config, model: 'openai:gpt-4.1-mini' }).settings.agent as { stopAtLine: boolean }).stopAtLine, true);
  });

  it('tells where every value comes from', () => {
    const values = new Map(explain(resolved(TOOLS)).map(({ key, value, origin }) => [key, [value, origin]]));
    assert.deepEqual(values.get('agent.tools'), [['add'], 'config']);
    assert.deepEqual(values.get('agent.maxSteps'), [20, 'default']);
  });

  it('is forecast as one call a task to all of its steps, whose prompts grow', () => {
    const counts = { train: 10, select: 10, confirm: 10, test: 10 };
    const [baseline] = forecast(resolved(TOOLS).settings, counts).rows;
    assert.deepEqual(baseline!.calls, { low: 10, likely: 50, high: 200 });
    assert.ok(baseline!.promptTokens.high > 20 * baseline!.promptTokens.low);
    const measured = forecast(resolved(TOOLS).settings, counts, { measured: { rollouts: 40, promptTokens: 900, completionTokens: 90, calls: 3 } }).rows[0]!;
    assert.deepEqual(
      [measured.calls, measured.promptTokens],
      [
        { low: 30, likely: 30, high: 30 },
        { low: 9_000, likely: 9_000, high: 9_000 },
      ],
    );
  });

  const cases: readonly (readonly [string, unknown, readonly (string | RegExp)[]])[] = [
    ['neither tools nor environment', agent(TOOLS, { tools: undefined }), ['agent needs "tools", what it may call, or "environment", what it acts in.']],
    ['both', agent(TOOLS, { environment: corridor }), ['agent has "tools" and "environment": leave one of them out.']],
    ['no tools', agent(TOOLS, { tools: [] }), ['agent.tools must be "benchmark", or a list of tools, but is an empty list.']],
    ['a tool that is none', agent(TOOLS, { tools: [5] }), ['agent.tools[0] must be a tool, tool({ name, description, parameters, run }), but is 5.']],
    [
      'a tool of the wrong shape',
      agent(TOOLS, { tools: [{ name: 'a b', description: ' ', parameters: { type: 'object' } }] }),
      [
        'agent.tools[0] needs a name of letters, digits, "_" and "-", at most 64 of them, but its name is "a b".',
        'agent.tools[0] needs a description: it is all that the model knows of the tool.',
        'agent.tools[0] needs run, a function of (args, context).',
        /^agent\.tools\[0\] needs parameters, a z\.object\(\{ \.\.\. \}\) of zod 4/,
      ],
    ],
    [
      'parameters that are no JSON',
      agent(TOOLS, { tools: [{ ...add, parameters: z.object({ at: z.date() }) }] }),
      [/^agent\.tools\[0\] has parameters that cannot be written as JSON Schema, which the model needs: Date cannot be represented/],
    ],
    ['two tools of one name', agent(TOOLS, { tools: [add, { ...add }] }), ['agent.tools has 2 tools called "add": rename all but one.']],
    [
      'tools of a benchmark without any',
      agent(TOOLS, { tools: 'benchmark' }),
      [/^agent\.tools has "benchmark", but the benchmark is your own \(tools come with .*"ubl"/],
    ],
    ["options without the benchmark's tools", agent(TOOLS, { toolOptions: {} }), [/^agent\.toolOptions is for the tools of a known benchmark/]],
    [
      'what is for the other sort',
      agent(TOOLS, { showActions: true }),
      ['agent.showActions is for agents in an environment: this one has tools. Leave it out.'],
    ],
    [
      'what is for the other sort, too',
      agent(ENVIRONMENT, { answerAfter: 'x' }),
      ['agent.answerAfter is for agents with tools: this one acts in an environment. Leave it out.'],
    ],
    ['an unknown environment', agent(ENVIRONMENT, { environment: 'narnia' }), [/^agent\.environment is "narnia", which is no known environment/]],
    ['the local model with tools', { ...TOOLS, model: 'local' }, [/^model is "local", which cannot call tools/]],
    [
      'no model',
      { ...TOOLS, model: undefined, optimize: { inner: 'bootstrap' }, modules: { guide: { kind: 'demos' } } },
      [/^model is missing: an agent of kind "react" needs one/],
    ],
    [
      'a scorer of environments without one',
      { ...TOOLS, scorer: 'environment' },
      [/^scorer is "environment", the score an environment gave: the agent acts in none/],
    ],
    [
      'an observation where there is none',
      agent(TOOLS, { user: '{{observation}}' }),
      [/unknown placeholder \{\{observation\}\}\. Use \{\{input\}\}, \{\{input\.field\}\}, \{\{metadata\.field\}\} or/],
    ],
    [
      'an environment that is not shown',
      agent(ENVIRONMENT, { user: 'Go.' }),
      ['Neither agent.system nor agent.user shows the task. Put {{observation}} into agent.user.'],
    ],
    [
      'examples of a module that is not there',
      agent(ENVIRONMENT, { demos: { short: 'walks' } }),
      ['agent.demos names the module "walks", which does not exist (modules: guide).'],
    ],
    ['examples by category for tools', agent(TOOLS, { demos: { a: 'guide' } }), [/^agent\.demos has names by category, which is for agents in an environment/]],
  ];
  for (const [name, config, sentences] of cases) {
    it(`cannot have ${name}`, () => {
      const problems = problemsOf(config);
      assert.equal(problems.length, sentences.length, problems.join('\n'));
      for (const [index, sentence] of sentences.entries()) {
        if (typeof sentence === 'string') assert.equal(problems[index], sentence);
        else assert.match(problems[index]!, sentence);
      }
    });
  }

  it('is another version when a tool of its file changes, and the same when something else does', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-react-'));
    try {
      const version = async (factor: string, epochs: number) => {
        writeFileSync(path.join(folder, 'tools.ts'), `export const factor = ${factor};\n`);
        writeFileSync(
          path.join(folder, 'watersmeet.config.ts'),
          `import { defineConfig, tool, z } from 'watersmeet';
           import { factor } from './tools.js';
           const scale = tool({ name: 'scale', description: 'Scales.', parameters: z.object({ by: z.number() }), run: ({ by }) => by * factor });
           export default defineConfig({ ...${JSON.stringify(BASE)}, agent: { kind: 'react', system: '{{guide}}', tools: [scale] }, optimize: { epochs: ${epochs} } });\n`,
        );
        return ((await loadConfig(folder)).settings.agent as { readonly version: string }).version;
      };
      const first = await version('2', 1);
      assert.equal(await version('2', 2), first);
      assert.notEqual(await version('3', 1), first);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
