// Needs a Temporal CLI (found in the cache, or fetched once); kills a worker with SIGKILL.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bodiesOf, eventually, finish, setScene, startRun, type SceneOptions } from '../support/runs.js';
import { startDriver } from '../support/start-driver.js';

/** Rules such as `WORD vesselposition MEANS tracking`, learned by trying each long word of a failed message. */
const CODE = `
  agent: {
    kind: 'function',
    version: '1',
    run: async ({ task, modules }) => {
      const { appendFileSync } = await import('node:fs');
      appendFileSync(new URL('attempts.log', import.meta.url), task.id + '\\n');
      const words = task.input.split(' ');
      const rule = modules.rules.items.map(({ text }) => text.split(' ')).find(([, word]) => words.includes(word));
      return { output: rule?.[3] ?? 'unknown', trajectory: null };
    },
  },
  optimize: {
    maxEdits: 100,
    epochs: 1,
    propose: async ({ attempts, evaluate, random }) => {
      random();
      const kept = [];
      let best = (await evaluate([])).mean;
      for (const { task } of attempts.filter(({ score }) => score < 1)) {
        for (const word of task.input.split(' ').filter(({ length }) => length > 6)) {
          const edit = { kind: 'add', module: 'rules', text: 'WORD ' + word + ' MEANS ' + task.expected, taskIds: [task.id] };
          const trial = await evaluate([...kept, edit]);
          if (trial === undefined || trial.mean <= best) continue;
          best = trial.mean;
          kept.push(edit);
        }
      }
      return kept;
    },
  },`;

const PROJECT = {
  tasks: 40,
  set: { model: undefined, subset: { size: 12 }, merge: { pool: 12, combine: 'union' }, repair: { rounds: 1 }, select: { finalists: 2 } },
  code: CODE,
} satisfies NonNullable<SceneOptions['project']>;

/** A batch that was under way when the process died, in each of eight lanes. */
const IN_FLIGHT = 8 * 25;

describe('A run with a function as its inner optimizer', function () {
  this.timeout(120_000);

  it('learns in subsets, merges, and counts every trial; killed in the middle it ends with the same digest, and does nothing twice', async () => {
    const undisturbed = await setScene({ project: PROJECT });
    let digest: string;
    let attempts: number;
    try {
      const watersmeet = await undisturbed.open();
      const { result, events } = await finish(undisturbed, watersmeet, await startRun(undisturbed, watersmeet));
      ({ digest } = result);
      attempts = attemptsIn(undisturbed.folder);
      const epochs = bodiesOf(events, 'epoch-ended');
      const first = epochs.filter(({ epoch }) => epoch === 1);
      assert.ok(first.length > 1 && first.every(({ verdict, after }) => verdict === 'accepted' && after?.mean === 1));
      const rows = await watersmeet.store.evaluationRows(result.runId, { pathPrefix: 'optimize/' });
      assert.equal(
        epochs.reduce((sum, { usage }) => sum + usage.rollouts, 0),
        rows.length,
      );
      assert.ok(rows.filter((row) => row.path.endsWith('/trials')).length > rows.length / 2);
      const [proof] = bodiesOf(events, 'prove-ended');
      assert.ok(proof!.before.mean === 0 && proof!.after.mean >= 0.5, `${proof!.before.mean} -> ${proof!.after.mean}`);
    } finally {
      await undisturbed.close();
    }

    const scene = await setScene({ project: PROJECT });
    try {
      const killed = startDriver('start', scene.folder);
      await eventually(() => (attemptsIn(scene.folder) > attempts * 0.5 ? true : undefined));
      await killed.kill();
      const resumed = startDriver('resume', scene.folder);
      const { result } = await resumed.line('result');
      await resumed.ended;
      assert.equal(result.digest, digest);
      const twice = attemptsIn(scene.folder) - attempts;
      assert.ok(twice <= IN_FLIGHT, `${twice} attempts were made twice`);
    } finally {
      await scene.close();
    }
  });
});

function attemptsIn(folder: string): number {
  const file = path.join(folder, 'attempts.log');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
