// Needs a temporary folder; the real ALFWorld where it lies beside the project.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { convertAlfworld } from '../../../src/benchmarks/alfworld/convert.js';
import { createAlfworldEnvironment } from '../../../src/benchmarks/alfworld/environment.js';
import { AlfworldGame } from '../../../src/benchmarks/alfworld/game.js';
import type { AlfworldGameRecord } from '../../../src/benchmarks/alfworld/game-record.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { officialFiles, officialTree, OFFICIAL_TASK, type OfficialChanges } from './official-game.js';
import { ALFWORLD_DATA, hasAlfworldData, readEpisodes, readGames } from './recordings.js';

const at = (split: string, trial = 'trial_1', task = OFFICIAL_TASK) => `${split}/${task}/${trial}`;

/** What the invented official game is in compact form. */
const CONVERTED: AlfworldGameRecord = {
  id: `${OFFICIAL_TASK}/trial_1`,
  split: 'train',
  type: 'pick_heat_then_place_in_recep',
  params: { object_target: 'Apple', parent_target: 'Shelf' },
  human: ['Put a warm apple on the shelf.'],
  task: 'put a hot apple in shelf',
  goal: '(and (exists (?r - receptacle) (exists (?o - object) (and (heatable ?o) (objectType ?o AppleType) (receptacleType ?r ShelfType) (isHot ?o) (inReceptacle ?o ?r)))))',
  at: 'loc_bar_008',
  rec: [
    ['cabinet_bar_005', 'cabinet', 'loc_bar_010', 1],
    ['microwave_bar_012', 'microwave', 'loc_bar_011', 1],
    ['shelf_bar_014', 'shelf', 'loc_bar_009', 0],
    ['shelf_bar_015', 'shelf', 'loc_bar_009', 0],
    ['sink_bar_018_basin', 'sinkbasin', 'loc_bar_011', 0],
  ],
  obj: [
    ['apple_bar_001', 'apple', 'phK', ['loc_bar_010'], ['cabinet_bar_005']],
    ['bowl_bar_003', 'bowl', 'pr', ['loc_bar_009'], ['shelf_bar_015']],
    ['sink_bar_017', 'sink', '', [], []],
    ['spoon_bar_021', 'spoon', '', [], []],
  ],
  inner: [['spoon_bar_021', 'bowl_bar_003']],
  can: { shelf: ['apple', 'bowl'] },
};

describe('converting the official games of ALFWorld', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-convert-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function writeTree(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    const source = path.join(folder, 'official');
    await rm(source, { recursive: true, force: true });
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(source, name)), { recursive: true });
      await writeFile(path.join(source, name), text);
    }
    return source;
  }

  async function writeZip(files: Readonly<Record<string, string>>, cut = (bytes: Uint8Array) => bytes): Promise<string> {
    const file = path.join(folder, 'official.zip');
    await writeFile(file, cut(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))));
    return file;
  }

  async function converted(): Promise<readonly AlfworldGameRecord[]> {
    const names = (await readdir(path.join(folder, 'games'))).sort();
    const texts = await Promise.all(names.map(async (name) => gunzipSync(await readFile(path.join(folder, 'games', name))).toString('utf8')));
    return texts
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AlfworldGameRecord);
  }

  const convert = async (source: string) => convertAlfworld(source, path.join(folder, 'games'));

  it('keeps all that the text game needs, with ids made short in the same order', async () => {
    const sentences: string[] = [];
    const source = await writeTree(officialTree({ [at('train')]: officialFiles() }));
    const conversion = await convertAlfworld(source, path.join(folder, 'games'), { onProgress: (sentence) => sentences.push(sentence) });
    assert.deepEqual(conversion, { games: { train: 1 }, unsolvable: 0, unsupported: 0 });
    assert.deepEqual(await converted(), [CONVERTED]);
    assert.deepEqual(sentences, ['Games of ALFWorld: 1 train. The official set has 3553 train, 140 valid_seen, 134 valid_unseen: this is a part of it.']);
    assert.deepEqual(await readdir(path.join(folder, 'games')), ['games_train.jsonl.gz']);
  });

  it('reads a folder and a zip archive alike, whatever stands above the splits, and a file for each split', async () => {
    const files = officialTree({
      [at('valid_unseen', 'trial_2')]: officialFiles(),
      [at('train', 'trial_9')]: officialFiles(),
      [at('train', 'trial_10')]: officialFiles(),
    });
    await convert(await writeTree(files));
    const fromFolder = await converted();
    assert.deepEqual(
      fromFolder.map(({ id, split }) => `${split} ${id.split('/')[1]!}`),
      ['train trial_10', 'train trial_9', 'valid_unseen trial_2'],
    );
    await rm(path.join(folder, 'games'), { recursive: true });
    await convert(await writeZip(Object.fromEntries(Object.entries(files).map(([name, text]) => [name.replace('json_2.1.1/', ''), text]))));
    assert.deepEqual(await converted(), fromFolder);
    assert.deepEqual(await readdir(path.join(folder, 'games')), ['games_train.jsonl.gz', 'games_valid_unseen.jsonl.gz']);
  });

  it('does without traj_data.json: the name of the task says as much, but for the words of annotators', async () => {
    const { 'game.tw-pddl': game } = officialFiles();
    await convert(await writeZip({ [`${at('train')}/game.tw-pddl`]: game }));
    assert.deepEqual(await converted(), [{ ...CONVERTED, human: [] }]);
  });

  it('leaves out what the official engine leaves out, and counts it', async () => {
    const tree = officialTree({
      [at('train')]: officialFiles(),
      [at('train', 'trial_2')]: officialFiles({ solvable: false }),
      [at('train', 'trial_3', 'pick_heat_then_place_in_recep-AppleSliced-None-Shelf-1')]: officialFiles(),
      [at('train', 'trial_4', 'pick_and_place_with_movable_recep-Apple-Bowl-Shelf-1')]: officialFiles(),
      // Not told: the goal is looked at.
      [at('valid_train', 'trial_5')]: officialFiles({ solvable: null }),
    });
    assert.deepEqual(await convert(await writeTree(tree)), { games: { train: 1, valid_train: 1 }, unsolvable: 1, unsupported: 2 });
  });

  describe('refuses, writing nothing,', () => {
    async function refused(source: string, message: RegExp): Promise<void> {
      await assert.rejects(convert(source), { failureType: 'input.invalid', message });
      assert.deepEqual(await readdir(path.join(folder, 'games')).catch(() => []), []);
    }
    const withGame = (changes: OfficialChanges) =>
      writeTree(officialTree({ [at('train', 'trial_0')]: officialFiles(), [at('train')]: officialFiles(changes) }));

    it('what is no source', async () => {
      await refused(path.join(folder, 'nowhere'), /nowhere does not exist\. Name a folder or a zip archive/);
      await refused(folder, /holds no official ALFWorld games: files <split>\/<task>\/<trial>\/game\.tw-pddl/);
      await refused(await writeZip({ 'readme.txt': 'hello' }), /official\.zip holds no official ALFWorld games/);
    });

    it('what is compact already, and games of which none can be played', async () => {
      const compact = path.join(folder, 'compact');
      await mkdir(compact);
      await writeFile(path.join(compact, 'games_train.jsonl.gz'), '');
      await refused(compact, /compact holds games in compact form already \(games_train\.jsonl\.gz\)\. Use it as it is/);
      await refused(
        await writeTree(officialTree({ [at('train')]: officialFiles({ solvable: false }) })),
        /holds no game that can be played \(Games of ALFWorld: none\..*1 that cannot be won/,
      );
    });

    it('an archive that is cut off, or damaged inside', async () => {
      const files = officialTree({ [at('train')]: officialFiles() });
      await refused(await writeZip(files, (bytes) => bytes.subarray(0, bytes.length - 100)), /official\.zip is cut off, or no zip archive/);
      await refused(await writeZip(files, (bytes) => bytes.subarray(0, 10)), /official\.zip is cut off, or no zip archive/);
      await refused(
        await writeZip(files, (bytes) => gzipSync(bytes)),
        /official\.zip is packed with gzip \(\.gz, \.tar\.gz\), no zip archive\. Unpack it, and name the folder\.$/,
      );
      const stored = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), { level: 0 });
      await refused(await writeZip(files, () => stored.fill(0x41, 300, 301)), /game\.tw-pddl cannot be unpacked \(its checksum is wrong\)/);
      await refused(
        await writeZip(files, (bytes) => bytes.fill(0x55, 200, 260)),
        /game\.tw-pddl cannot be unpacked \(.*\)\. The archive is damaged; get it again\./,
      );
    });

    it('a game whose goal cannot be reached although it is said to be winnable', async () => {
      const noApple = (init: string) => init.replace(/\n.*inReceptacle Apple.*/, '');
      await refused(
        await withGame({ init: noApple }),
        /trial_1\/game\.tw-pddl \(pick_heat.*\): the goal cannot be reached, whatever is done: "put a hot apple in shelf"/,
      );
      await refused(await withGame({ goal: '(exists (?o - object) (objectType ?o PotatoType))' }), /the goal cannot be reached/);
    });

    it('a file of another encoding, or none at all', async () => {
      const tree = officialTree({ [at('train')]: officialFiles() });
      const name = `json_2.1.1/${at('train')}/game.tw-pddl`;
      await refused(
        await writeTree({ ...tree, [name]: Buffer.from(officialFiles({ task: 'put a café in shelf' })['game.tw-pddl'], 'latin1') }),
        /game\.tw-pddl cannot be converted: game\.tw-pddl is not UTF-8\./,
      );
      await refused(await writeTree({ ...tree, [name]: tree[name]!.slice(0, 300) }), /is not valid JSON \(/);
      await refused(await writeTree({ ...tree, [name]: '{}' }), /game\.tw-pddl: pddl_problem /);
      await refused(await writeTree({ ...tree, [name.replace('game.tw-pddl', 'traj_data.json')]: '{"task_type": 3}' }), /traj_data\.json: task_type /);
    });

    const broken: readonly (readonly [what: string, changes: OfficialChanges, message: RegExp])[] = [
      ['a problem without an end', { goal: '(and' }, /a bracket is not closed/],
      ['a fact that is unknown', { init: (init) => `${init}(isBlue Apple_bar__plus_06)` }, /a fact that is unknown: \["isblue","apple_bar__plus_06"\]/],
      ['a fact about too few', { init: (init) => `${init}(inReceptacle Apple_bar__plus_06)` }, /a fact that is unknown/],
      ['an object without a type', { init: (init) => `${init}(pickupable Pear_bar_1)` }, /the fact pickupable is about pear_bar_1, of which no type is told/],
      ['an object of two types', { init: (init) => `${init}(objectType Apple_bar__plus_06 BowlType)` }, /apple_bar__plus_06 is both appletype and bowltype/],
      ['a receptacle at two places', { init: (init) => `${init}(receptacleAtLocation Cabinet_bar__plus_03 loc_bar_1)` }, /is both loc_bar_2 and loc_bar_1/],
      [
        'a receptacle at no place',
        { init: (init) => init.replace(/\n.*receptacleAtLocation Cabinet.*/, '') },
        /the receptacle cabinet_bar__plus_03 is at no location/,
      ],
      ['an agent who is nowhere', { init: (init) => init.replace(/\n.*atLocation agent1.*/, '') }, /the agent stands at 0 locations/],
      ['a goal about an unknown fact', { goal: '(exists (?o - object) (isBlue ?o))' }, /is broken: the fact "isblue" is unknown/],
      ['texts without a task', { task: 'UNKNOWN GOAL' }, /its texts do not tell a task/],
    ];
    for (const [what, changes, message] of broken) it(what, async () => refused(await withGame(changes), message));

    it('the same game twice', async () => {
      const tree = officialTree({ [at('train')]: officialFiles() });
      await refused(
        await writeTree({ ...tree, [`copy/${at('train')}/game.tw-pddl`]: officialFiles()['game.tw-pddl'] }),
        /is there twice: .* and .*\. Remove one of them\./,
      );
    });
  });

  it('is not needed to read them: the official folder is read as well, as the same tasks', async () => {
    const source = await writeTree(officialTree({ [at('train')]: officialFiles(), [at('train', 'trial_2')]: officialFiles({ solvable: false }) }));
    await convert(source);
    const tasks = await readBenchmark({ name: 'alfworld', folder: source });
    assert.deepEqual(tasks, await readBenchmark({ name: 'alfworld', folder: path.join(folder, 'games') }));
    assert.equal(tasks.length, 1);
    const environment = await createAlfworldEnvironment({}, source)({ random: () => 0, signal: new AbortController().signal });
    assert.match((await environment.reset(tasks[0]!)).observation, /Your task is to: put a hot apple in shelf\.$/);
  });

  it('does not add to games that are there already', async () => {
    const source = await writeTree(officialTree({ [at('train')]: officialFiles() }));
    await convert(source);
    await assert.rejects(convert(source), { failureType: 'input.invalid', message: /games_train\.jsonl\.gz is there already\. Remove it/ });
    assert.deepEqual(await converted(), [CONVERTED]);
  });

  it('can be stopped, and leaves nothing', async () => {
    const source = await writeTree(officialTree({ [at('train')]: officialFiles() }));
    const reason = new Error('stopped');
    await assert.rejects(convertAlfworld(source, path.join(folder, 'games'), { signal: AbortSignal.abort(reason) }), reason);
    assert.deepEqual(await readdir(path.join(folder, 'games')), []);
  });

  it('gives the same records and the same games as those beside the project', async function () {
    if (!hasAlfworldData()) this.skip();
    this.timeout(30_000);
    assert.deepEqual(await convert(path.join(ALFWORLD_DATA, 'raw_sample')), { games: { valid_unseen: 12 }, unsolvable: 0, unsupported: 0 });
    const games = readGames('games_eval.jsonl.gz');
    const episodes = readEpisodes();
    let played = 0;
    for (const record of await converted()) {
      const kept = games.get(`valid_unseen/${record.id}`)!;
      // Theirs have surplus brackets after the goal, name a type once for each receptacle, and say again what the official files say again.
      const once = (entities: readonly string[]) => [...new Set(entities)];
      assert.match(kept.goal.slice(record.goal.length), /^[ )]+$/);
      assert.deepEqual(record, {
        ...kept,
        goal: kept.goal.slice(0, record.goal.length),
        can: Object.fromEntries(Object.entries(kept.can).map(([type, types]) => [type, once(types)])),
        obj: kept.obj.map(([id, type, flags, locations, receptacles]) => [id, type, flags, once(locations), once(receptacles)]),
      });
      for (const { wording, steps } of episodes.filter(({ id, split }) => id === record.id && split === 'valid_unseen')) {
        const game = new AlfworldGame(record, wording);
        for (const { command, observation, admissible, won } of steps)
          assert.deepEqual(command === undefined ? game.reset() : game.step(command), { observation, admissible, won });
        played++;
      }
    }
    assert.ok(played > 0);
  });
});
