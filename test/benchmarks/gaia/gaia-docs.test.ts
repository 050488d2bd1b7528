// Needs a temporary folder; the model is a function. Loads the configurations of docs/benchmarks/gaia.md and examples/gaia, and plays invented tasks with them.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAgent } from '../../../src/agents/create-agent.js';
import { knownBenchmark } from '../../../src/benchmarks/known-benchmarks.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { readTasks } from '../../../src/workers/read-tasks.js';
import { contextFor } from '../../agents/context.js';
import { callingTools, fakeSession } from '../../agents/fake-session.js';

const DOCS = new URL('../../../../docs/benchmarks/gaia.md', import.meta.url);

const EXAMPLE = fileURLToPath(new URL('../../../../examples/gaia/watersmeet.config.ts', import.meta.url));

describe('the configurations in docs/benchmarks/gaia.md', () => {
  let folder: string;
  let blocks: readonly string[];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-gaia-docs-'));
    const validation = path.join(folder, 'benchmarks', 'gaia', '2023', 'validation');
    await mkdir(validation, { recursive: true });
    const rows = Array.from({ length: 165 }, (_, number) => ({
      task_id: `invented-${number}`,
      Question: `What is the sum of the amounts in table ${number}?`,
      Level: String((number % 3) + 1),
      'Final answer': String(2 * number + 0.5),
      file_name: `table-${number}.csv`,
    }));
    await writeFile(path.join(validation, 'metadata.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    for (const number of rows.keys()) await writeFile(path.join(validation, `table-${number}.csv`), `item,amount\na,${number}.25\nb,${number}.25\n`);
    blocks = [...(await readFile(DOCS, 'utf8')).matchAll(/```ts\n(import [\s\S]*?)```/g)].map((match) => match[1]!);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function load(block: number) {
    const file = path.join(folder, `watersmeet-${block}.config.ts`);
    await writeFile(file, blocks[block]!);
    return loadConfig(file);
  }

  it('are two, and load', async () => {
    assert.equal(blocks.length, 2);
    const [plain, web] = await Promise.all([load(0), load(1)]);
    assert.deepEqual(plain.settings.agent.kind === 'react' && 'tools' in plain.settings.agent ? plain.settings.agent.tools : [], ['gaia/*']);
    assert.deepEqual(web.settings.agent.kind === 'react' && 'tools' in web.settings.agent ? web.settings.agent.tools : [], [
      'gaia/*',
      'web_search',
      'fetch_page',
    ]);
    const example = await loadConfig(EXAMPLE, { overrides: { set: [`benchmark.folder=${path.join(folder, 'benchmarks', 'gaia')}`] } });
    assert.equal((await readTasks(example)).index.size, 165);
    assert.deepEqual(plain.settings.scorer, { kind: 'benchmark', name: 'gaia' });
  });

  it('read the tasks, run the agent with its tools, and score its answer', async () => {
    const loaded = await load(0);
    const { index, warnings } = await readTasks(loaded);
    const tasks = await readBenchmark(loaded.benchmark.source);
    assert.deepEqual([index.size, tasks.length], [165, 165]);
    assert.deepEqual(warnings, []);
    const { settings, definitions } = loaded;
    assert.ok(settings.agent.kind === 'react' && 'tools' in settings.agent && definitions.folder !== undefined);
    const tools = knownBenchmark('gaia').createTools!(settings.agent.toolOptions ?? {});
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['read_file', 'calculate', 'view_image'],
    );
    const task = tasks.find(({ id }) => id === 'invented-7')!;
    const session = fakeSession(({ messages }, number) => {
      const last = messages.at(-1)!.content;
      if (number === 1) return callingTools([{ id: '1', name: 'read_file', arguments: '{}' }]);
      if (number === 2)
        return callingTools([
          { id: '2', name: 'calculate', arguments: JSON.stringify({ expression: [...last.matchAll(/,([\d.]+)/g)].map((match) => match[1]).join(' + ') }) },
        ]);
      return `I added the amounts.\nFINAL ANSWER: ${last}`;
    });
    const agent = createAgent(settings.agent, { model: session.settings, tools: { list: tools, folder: definitions.folder } });
    const { expected: _, ...shown } = task;
    const { output, trajectory } = await agent.run(contextFor({ task: shown, modules: settings.modules, session }));
    assert.equal(output, 'I added the amounts.\nFINAL ANSWER: 14.5');
    assert.match(session.requests[0]!.messages[0]!.content, /^You are a general AI assistant\. I will ask you a question\./);
    assert.equal(session.requests[0]!.messages[1]!.content, 'What is the sum of the amounts in table 7?\n\nAttached file: table-7.csv');
    const scorer = createScorer(settings.scorer, {});
    assert.deepEqual(await scorer.score({ task, output, trajectory }, undefined), { score: 1 });
  });
});
