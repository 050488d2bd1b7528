// Needs a temporary folder; the real ALFWorld where it lies beside the project.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Environment } from '../../../src/agents/environment.js';
import { createAlfworldEnvironment } from '../../../src/benchmarks/alfworld/environment.js';
import type { AlfworldGameRecord } from '../../../src/benchmarks/alfworld/game-record.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import type { JsonObject } from '../../../src/core/json.js';
import type { Task } from '../../../src/core/task.js';
import { ALFWORLD_DATA, hasAlfworldData } from './recordings.js';
import { smallGame } from './small-game.js';

async function read(folder: string, options?: JsonObject): Promise<readonly Task[]> {
  return readBenchmark({ name: 'alfworld', folder, ...(options === undefined ? {} : { options }) });
}

async function open(folder: string, options: JsonObject = {}): Promise<Environment> {
  return createAlfworldEnvironment(options, folder)({ random: () => 0, signal: new AbortController().signal });
}

const lines = (games: readonly AlfworldGameRecord[]) => games.map((game) => `${JSON.stringify(game)}\n`).join('');

describe('the benchmark ALFWorld', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-alfworld-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has a task for every game, of which agents see the goal and no more', async () => {
    const seen = smallGame({ id: 'seen/1', split: 'valid_seen' });
    const unseen = smallGame({ id: 'unseen/1', split: 'valid_unseen', type: 'look_at_obj_in_light' });
    await writeFile(path.join(folder, 'games_train.jsonl.gz'), gzipSync(lines([smallGame()])));
    await writeFile(path.join(folder, 'games_eval.jsonl'), lines([seen, unseen, smallGame({ id: 'extra/1', split: 'valid_train' })]));
    const tasks = await read(folder);
    assert.deepEqual(
      tasks.map(({ id, category, split }) => [id, category, split]),
      [
        ['seen/1', 'pick_heat_then_place_in_recep', 'validation'],
        ['unseen/1', 'look_at_obj_in_light', 'test'],
        [smallGame().id, 'pick_heat_then_place_in_recep', 'train'],
      ],
    );
    for (const { input, ...rest } of tasks) {
      assert.deepEqual(Object.keys(rest), ['id', 'category', 'split']);
      assert.match(JSON.stringify(input), /^\{"goal":"put a hot apple in shelf","game":"[0-9a-f]{16}"\}$/);
    }
    assert.equal(new Set(tasks.map(({ input }) => JSON.stringify(input))).size, 3);
  });

  it('takes the extra games of valid_train where there are none of train, or when they are wanted', async () => {
    const extra = smallGame({ id: 'extra/1', split: 'valid_train' });
    const ids = async (options?: JsonObject) => (await read(folder, options)).map(({ id, split }) => `${split!} ${id}`);
    await writeFile(path.join(folder, 'games_eval.jsonl'), lines([extra]));
    assert.deepEqual(await ids(), ['train extra/1']);
    await writeFile(path.join(folder, 'games_train.jsonl'), lines([smallGame({ id: 'train/1' })]));
    assert.deepEqual(await ids(), ['train train/1']);
    assert.deepEqual(await ids({ train: 'train' }), ['train train/1']);
    assert.deepEqual(await ids({ train: 'valid_train' }), ['train extra/1']);
    assert.deepEqual(await ids({ train: 'both' }), ['train extra/1', 'train train/1']);
    await assert.rejects(ids({ train: 'all' }), { failureType: 'input.invalid', message: /benchmark\.options of "alfworld": only `train`/ });
  });

  it('says what is wrong with a folder or a game, and where', async () => {
    const refused = (message: RegExp) => assert.rejects(read(folder), { failureType: 'input.invalid', message });
    await refused(/holds no ALFWorld games\. It needs .* `watersmeet benchmark fetch alfworld`/);
    const file = path.join(folder, 'games_train.jsonl');
    const { goal: _, ...withoutGoal } = smallGame();
    await writeFile(file, lines([smallGame()]) + JSON.stringify(withoutGoal));
    await refused(/games_train\.jsonl, line 2 is no ALFWorld game in compact form: goal: /);
    await writeFile(file, lines([smallGame({ goal: '(exists (?o - object) (isBlue ?o))' })]));
    await refused(/games_train\.jsonl, line 1 \(pick_heat.*\) is broken: the fact "isblue" is unknown\./);
    await writeFile(file, lines([smallGame({ rec: [] })]));
    await refused(/line 1 \(pick_heat.*\) is broken: the game names "cabinet_bar_1" and does not say what it is\./);
    await writeFile(file, lines([smallGame(), smallGame({ id: 'no/1', can: {} })]));
    await refused(/line 2 \(no\/1\): the goal cannot be reached, whatever is done: "put a hot apple in shelf" needs things or places/);
  });

  it('is an environment: won is 1, and the steps are limited', async () => {
    await writeFile(path.join(folder, 'games_train.jsonl'), lines([smallGame()]));
    const [task] = await read(folder);
    const environment = await open(folder, { maxSteps: 6 });
    const start = await environment.reset(task!);
    assert.match(start.observation, /^-= Welcome to TextWorld, ALFRED! =-/);
    assert.deepEqual([start.done, start.score, start.admissible!.length], [false, 0, 9]);
    const plan = [
      'go to countertop 1',
      'take apple 1 from countertop 1',
      'go to microwave 1',
      'heat apple 1 with microwave 1',
      'go to shelf 1',
      'put apple 1 in/on shelf 1',
    ];
    const ends = [];
    for (const command of plan) {
      const { done, score } = await environment.step(command);
      ends.push([done, score]);
    }
    assert.deepEqual(ends, [...Array.from({ length: 5 }, () => [false, 0]), [true, 1]]);
    assert.throws(() => environment.step('look'), /is over or has not begun/);
    // What is not understood counts as well.
    await environment.reset(task!);
    for (let step = 1; step <= 6; step++)
      assert.deepEqual(await environment.step('dance'), { observation: 'Nothing happens.', admissible: start.admissible!, done: step === 6, score: 0 });
  });

  it('has options, and knows which', async () => {
    await writeFile(path.join(folder, 'games_train.jsonl'), lines([smallGame()]));
    const [task] = await read(folder);
    const hidden = await open(folder, { admissible: false, wording: 'move' });
    assert.ok(!('admissible' in (await hidden.reset(task!))));
    assert.match((await hidden.step('help')).observation, /^Available commands:/);
    const react = await open(folder, { observations: 'react' });
    assert.match(
      (await react.reset(task!)).observation,
      /^You are in the middle of a room\. .* and a sinkbasin 1\.\nYour task is to: put a hot apple in shelf\.$/,
    );
    assert.equal((await react.step('go to cabinet 1')).observation, 'The cabinet 1 is closed.');
    assert.throws(() => createAlfworldEnvironment({ wording: 'shout' }, folder), { failureType: 'input.invalid', message: /environment "alfworld": wording / });
    assert.throws(() => createAlfworldEnvironment({ steps: 3 }, folder), { failureType: 'input.invalid', message: /"steps"/ });
  });

  it('opens only games that are there', async () => {
    await writeFile(path.join(folder, 'games_train.jsonl'), lines([smallGame()]));
    const [task] = await read(folder);
    await assert.rejects(async () => (await open(folder)).reset({ id: 'a', input: 'What?' }), {
      failureType: 'input.invalid',
      message: /"a" is none of the benchmark/,
    });
    await writeFile(path.join(folder, 'games_train.jsonl'), lines([smallGame({ task: 'another' })]));
    await assert.rejects(async () => (await open(folder)).reset(task!), { failureType: 'input.invalid', message: /no longer holds the ALFWorld game/ });
  });

  it('is whole: 3,553 train, 140 validation, 134 test', async function () {
    if (!hasAlfworldData()) this.skip();
    this.timeout(30_000);
    const tasks = await read(ALFWORLD_DATA);
    const count = (split: string) => tasks.filter((task) => task.split === split).length;
    assert.deepEqual([count('train'), count('validation'), count('test')], [3_553, 140, 134]);
    assert.equal(new Set(tasks.map(({ id }) => id)).size, tasks.length);
    assert.equal(new Set(tasks.map(({ category }) => category)).size, 6);
  });
});
