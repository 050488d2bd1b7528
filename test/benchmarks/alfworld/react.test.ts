// Needs a temporary folder; the model is a function.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAgent } from '../../../src/agents/create-agent.js';
import { ALFWORLD } from '../../../src/benchmarks/alfworld/alfworld.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { loadConfig } from '../../../src/config/load-config.js';
import type { ReactEnvironmentSettings } from '../../../src/core/run-settings.js';
import { playStories } from '../../../scripts/alfworld/play-stories.js';
import { contextFor } from '../../agents/context.js';
import { environmentContract } from '../../agents/environment-contract.js';
import { fakeSession } from '../../agents/fake-session.js';
import { smallGame } from './small-game.js';

const EXAMPLE = path.resolve(import.meta.dirname, '../../../../examples/alfworld-react');
const PLAN = [
  'go to countertop 1',
  'take apple 1 from countertop 1',
  'go to microwave 1',
  'heat apple 1 with microwave 1',
  'go to shelf 1',
  'put apple 1 in/on shelf 1',
];

describe('ALFWorld as ReAct plays it', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-react-'));
    writeFileSync(path.join(folder, 'games_train.jsonl'), [smallGame(), smallGame({ id: 'other/1' })].map((game) => `${JSON.stringify(game)}\n`).join(''));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has worked examples that are played in the real engine, two of each type of task', () => {
    const written: unknown = JSON.parse(readFileSync(path.join(EXAMPLE, 'demos.json'), 'utf8'));
    assert.deepEqual(written, playStories(), 'write them again: node dist/scripts/alfworld/main.js');
    const counts = Object.values(playStories()).map((examples) => examples.length);
    assert.deepEqual(counts, [2, 2, 2, 2, 2, 2]);
  });

  it('is a configuration that plays: examples of the type, thoughts answered "OK.", what is not understood "Nothing happens."', async () => {
    const { settings } = await loadConfig(EXAMPLE);
    const agent = settings.agent as ReactEnvironmentSettings;
    const [task] = await readBenchmark({ name: 'alfworld', folder });
    const lines = ['think: I need an apple.', 'dance', ...PLAN];
    const session = fakeSession((_, number) => lines[number - 1]!);
    const context = contextFor({ task: task!, modules: settings.modules, session });
    const environment = ALFWORLD.createEnvironment!(agent.environmentOptions ?? {}, folder);
    const { output, trajectory } = await createAgent(agent, { environment, model: session.settings }).run(context);

    assert.deepEqual(output, { score: 1, steps: 8, done: true });
    const { steps } = trajectory as { readonly steps: readonly { readonly action: string; readonly observation: string }[] };
    assert.deepEqual(
      steps.slice(0, 3).map(({ observation }) => observation),
      ['OK.', 'Nothing happens.', 'On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.'],
    );
    const [system, user, ...rest] = session.requests.at(-1)!.messages;
    assert.match(system!.content, /^Interact with a household to solve a task\./);
    const [first, second] = playStories()['pick_heat_then_place_in_recep']!;
    assert.ok(user!.content.startsWith(`Here are two examples.\n${first!.input}\n${first!.output}\n\n${second!.input}\n`));
    assert.match(user!.content, /\n\nHere is the task\.\nYou are in the middle of a room\. .*\nYour task is to: put a hot apple in shelf\.$/);
    assert.deepEqual(
      rest.slice(0, 4).map(({ content }) => content),
      ['> think: I need an apple.', 'OK.', '> dance', 'Nothing happens.'],
    );

    const scorer = createScorer(settings.scorer, {});
    assert.deepEqual(await scorer.score({ task: task!, output, trajectory }, undefined), { score: 1 });
  });

  const create = async () => ({
    factory: ALFWORLD.createEnvironment!({}, folder),
    solved: (await readBenchmark({ name: 'alfworld', folder })).map((task, index) => ({ task, actions: index === 0 ? PLAN : ['look', ...PLAN] })),
    unknownAction: 'dance',
  });
  environmentContract('ALFWorld', create, true);
});
