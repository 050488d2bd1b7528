// Needs a disk for an SQLite store.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProposeInput } from '../../src/activities/contract.js';
import type { ActivityDependencies, RunParts } from '../../src/activities/dependencies.js';
import { evaluateBatch } from '../../src/activities/evaluate-batch.js';
import { proposeByFunction } from '../../src/activities/propose-by-function.js';
import type { Proposal } from '../../src/activities/propose.js';
import type { ProposeContext, ProposeFunction } from '../../src/agents/propose-function.js';
import type { Share } from '../../src/core/budget.js';
import type { Json } from '../../src/core/json.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import type { Store } from '../../src/store/store.js';

const TASKS = ['a', 'b', 'c', 'd'].map((word) => ({ id: `t-${word}`, input: word, expected: word.toUpperCase() }));

describe('A proposal by a function', () => {
  let folder: string;
  let store: Store;
  let agentRuns: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-propose-'));
    store = await openStore({ folder });
    agentRuns = 0;
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The seed candidate was explored on four tasks that need a line each: `KNOW a` lets the agent answer `a`. */
  async function proposing(propose: unknown, options: { readonly room?: Share; readonly stopAfter?: number } = {}) {
    const candidate = await store.putCandidate({ modules: [{ kind: 'playbook', name: 'rules', items: [] }], parents: [] });
    const references = TASKS.map(({ id, input }) => ({ id, hash: input }));
    await store.putTasks(TASKS.map((task) => ({ hash: task.input, task })));
    const list = { list: await store.putObject('task-list', references as unknown as Json), size: 4 };
    const settings = {
      seed: 1,
      agent: { kind: 'function', version: '1' },
      scorer: { kind: 'exact' },
      models: {},
      rollout: { timeoutSeconds: 60 },
      moduleLimits: {},
      optimize: { inner: 'function', maxEdits: 4, feedback: 'scorer' },
      budget: {},
      select: { finalists: 2 },
    };
    const parts = {
      run: { id: 'run-1', input: { settings, seed: candidate } },
      agent: {
        kind: 'function',
        version: '1',
        stochastic: false,
        run: async ({ task, texts }: { task: { input: string }; texts: Record<string, string> }) => {
          agentRuns++;
          if (task.input === 'd') throw new Error('no letter');
          return { output: texts['rules']!.includes(`KNOW ${task.input}`) ? task.input.toUpperCase() : '', trajectory: [task.input] };
        },
      },
      scorer: {
        kind: 'exact',
        version: '1',
        usesModel: false,
        score: async ({ task, output }: { task: { expected: string }; output: string }) => ({
          score: output === task.expected ? 1 : 0,
          feedback: 'say it loud',
        }),
      },
      propose: propose as ProposeFunction,
    } as unknown as RunParts;
    const dependencies = {
      store,
      bootId: 'boot',
      openParts: async () => parts,
      stopReason: () => (options.stopAfter !== undefined && agentRuns >= options.stopAfter ? 'run.stopping' : undefined),
    } as unknown as ActivityDependencies;
    const { signal } = new AbortController();
    await evaluateBatch(dependencies, { runId: 'run-1', path: 'explore', candidate, list: list.list, offset: 0, count: 4 }, signal);
    const input: ProposeInput = {
      runId: 'run-1',
      path: 'optimize/s1/epoch-01',
      evaluationPath: 'explore',
      candidate,
      list,
      subset: 's1',
      epoch: 1,
      failed: [],
      ...(options.room === undefined ? {} : { room: options.room }),
    };
    return () => proposeByFunction(dependencies, input, signal);
  }

  const line = (word: string) => ({ kind: 'add' as const, module: 'rules', text: `KNOW ${word}` });

  it('reads the attempts, tries edits on the tasks, and answers with what helped', async () => {
    let seen: ProposeContext | undefined;
    const means: (number | undefined)[] = [];
    const run = await proposing(async (context: ProposeContext) => {
      seen = context;
      const both = await context.evaluate([line('a'), line('b')]);
      means.push(both?.mean, (await context.evaluate([line('c')], { tasks: ['t-c'] }))?.mean, (await context.evaluate([]))?.mean);
      assert.deepEqual(
        both?.attempts.map(({ task, score }) => [task.id, score]),
        [
          ['t-a', 1],
          ['t-b', 1],
          ['t-c', 0],
          ['t-d', 0],
        ],
      );
      return [line('a'), line('b')];
    });
    const result = await run();
    assert.deepEqual(means, [0.5, 1, 0]);
    assert.deepEqual([seen?.subset, seen?.epoch, seen?.maxEdits, seen?.texts['rules']], ['s1', 1, 4, '']);
    const [first, , , last] = seen?.attempts ?? [];
    assert.deepEqual(first, { task: TASKS[0], output: '', trajectory: ['a'], score: 0, feedback: 'say it loud' });
    assert.deepEqual([last?.failure, last?.score, last?.output], ['no letter', 0, null]);
    // Five trial rollouts and nothing for the trial of no edit; the rows of the trials are there.
    assert.equal(result.usage.rollouts, 5);
    assert.equal((await store.evaluationRows('run-1', { pathPrefix: 'optimize/s1/epoch-01/trials' })).length, 5);
    const proposal = await store.getObject<Proposal>(result.proposal);
    assert.deepEqual(
      proposal.edits.map((edit) => 'text' in edit && edit.text),
      ['KNOW a', 'KNOW b'],
    );
    const made = await store.getCandidate(result.candidate!.document);
    assert.deepEqual(made.modules[0]?.kind === 'playbook' && made.modules[0].items.map((item) => item.origins), [
      [{ subset: 's1', taskIds: [] }],
      [{ subset: 's1', taskIds: [] }],
    ]);
  });

  it('does no rollout again when it is asked again, and counts the same', async () => {
    const run = await proposing(async ({ evaluate }: ProposeContext) => {
      await evaluate([line('a')]);
      await evaluate([line('b')]);
      return [line('a')];
    });
    const first = await run();
    const runs = agentRuns;
    assert.deepEqual(await run(), first);
    assert.equal(agentRuns, runs);
    assert.equal(first.usage.rollouts, 8);
  });

  it('tries nothing that the budget has no room for', async () => {
    const trials: (number | undefined)[] = [];
    const run = await proposing(
      async ({ evaluate }: ProposeContext) => {
        for (const word of ['a', 'b', 'c']) trials.push((await evaluate([line(word)]))?.mean);
        return [];
      },
      { room: { rollouts: 9, tokens: null } },
    );
    const result = await run();
    assert.deepEqual(trials, [0.25, 0.25, undefined]);
    assert.deepEqual([result.usage.rollouts, result.candidate], [8, undefined]);
  });

  it('ends as what the infrastructure did, even when the function catches it', async () => {
    const run = await proposing(
      async ({ evaluate }: ProposeContext) => {
        await evaluate([line('a')]);
        await evaluate([line('b')]).catch(() => undefined);
        return [line('a')];
      },
      { stopAfter: 8 },
    );
    await assert.rejects(run, { failureType: 'run.stopping' });
  });

  const broken: readonly [string, unknown, RegExp][] = [
    ['what it throws', () => JSON.parse('{'), /optimize\.propose failed \(subset s1, epoch 1\): SyntaxError: .* \(at .*propose-by-function\.test/],
    ['no list', () => 'KNOW a', /optimize\.propose returned \(subset s1, epoch 1\) no list of edits: Invalid input: expected array, received string/],
    ['nothing', () => undefined, /no list of edits/],
    ['a misspelt field', () => [line('a'), { ...line('b'), txt: 'x' }], /edit 2 of 2: Unrecognized key: "txt"/],
    ['a missing field', async () => [{ kind: 'revise', module: 'rules', text: 'x' }], /edit 1 of 1: item: Invalid input/],
    ['a module that is not there', () => [{ ...line('a'), module: 'rule' }], /edit 1 of 1 has module "rule"; there are: rules\./],
    [
      'a trial of no edits',
      ({ evaluate }: ProposeContext) => evaluate([{ kind: 'add' } as never]),
      /optimize\.propose tried no list of edits: edit 1 of 1: module/,
    ],
    ['a task that is not there', ({ evaluate }: ProposeContext) => evaluate([], { tasks: ['t-x'] }), /tried edits on task "t-x", which is none/],
  ];
  for (const [what, propose, message] of broken) {
    it(`is the proposer's failure with what is wrong: ${what}`, async () => {
      await assert.rejects(await proposing(propose), { failureType: 'proposer.broken', message });
    });
  }
});
