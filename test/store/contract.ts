// What every store must do, whatever it is made of. Run by *.test.ts against each implementation.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Candidate } from '../../src/core/candidate.js';
import type { RunEventInput } from '../../src/core/events.js';
import { failureTypeOf } from '../../src/core/failures.js';
import type { Task } from '../../src/core/task.js';
import { candidateReference, contentAddress, sha256 } from '../../src/store/content-address.js';
import type { EvaluationRow, Store } from '../../src/store/store.js';
import { callClaim, recordedCall, rollout, runInput } from './samples.js';

export interface StoreUnderTest {
  /** Opens the store of a folder, making it when it is missing. */
  readonly open: (folder: string, options: { readonly now: () => number }) => Promise<Store>;
}

export function storeContract(name: string, { open }: StoreUnderTest): void {
  describe(`store contract: ${name}`, () => {
    let folder: string;
    let store: Store;
    let time: number;

    const reopen = async () => {
      await store.close();
      store = await open(folder, { now: () => time });
    };

    beforeEach(async () => {
      time = 1_000;
      folder = await mkdtemp(path.join(os.tmpdir(), 'watersmeet-store-'));
      store = await open(folder, { now: () => time });
    });

    afterEach(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('keeps its id when it is opened again, and differs from another store', async () => {
      const { id } = store;
      assert.match(id, /^\w+$/);
      await reopen();
      assert.equal(store.id, id);
      const other = await open(path.join(folder, 'other'), { now: () => time });
      assert.notEqual(other.id, id);
      await other.close();
    });

    it('refuses to work after it was closed, and may be closed twice', async () => {
      await store.close();
      await store.close();
      await assert.rejects(store.getRun('run-1'), (error) => failureTypeOf(error) === 'internal.defect');
      await assert.rejects(store.putObject('plan', 1), (error) => failureTypeOf(error) === 'internal.defect');
    });

    it('writes what was asked for before close', async () => {
      const writing = store.putObject('plan', { a: 1 });
      await store.close();
      const reference = await writing;
      store = await open(folder, { now: () => time });
      assert.deepEqual(await store.getObject(reference), { a: 1 });
    });

    describe('content', () => {
      it('addresses objects by content: the order of keys does not matter', async () => {
        const reference = await store.putObject('plan', { b: [1, { d: 'x', c: null }], a: 'ü' });
        assert.equal(reference, contentAddress({ a: 'ü', b: [1, { c: null, d: 'x' }] }));
        assert.equal(await store.putObject('other kind', { a: 'ü', b: [1, { c: null, d: 'x' }] }), reference);
        await reopen();
        assert.deepEqual(await store.getObject(reference), { a: 'ü', b: [1, { c: null, d: 'x' }] });
      });

      it('keeps large objects', async () => {
        const value = Array.from({ length: 20_000 }, (_, index) => ({ id: `task-${index}`, hash: sha256(String(index)) }));
        const reference = await store.putObject('list', value);
        assert.deepEqual(await store.getObject(reference), value);
      });

      it('keeps a list given element by element as the same object', async () => {
        for (const size of [0, 1, 1_000, 2_001]) {
          const value = Array.from({ length: size }, (_, index) => ({ id: `ü${index}`, hash: sha256(String(index)), ...(index % 3 === 0 ? { a: null } : {}) }));
          const reference = await store.putList('list', value.values());
          assert.equal(reference, contentAddress(value));
          assert.deepEqual(await store.getObject(reference), value);
          assert.equal(await store.putObject('list', value), reference);
          await reopen();
          for (const [offset, count] of [
            [0, 25],
            [990, 25],
            [999, 1_002],
            [size, 25],
            [0, size + 1],
          ] as const)
            assert.deepEqual(await store.getSlice(reference, offset, count), value.slice(offset, offset + count));
        }
      });

      it('keeps every character of an object', async () => {
        const value = ['\0', 'a\0b', '\u2028', '🌊', "'; drop table objects; --"];
        assert.deepEqual(await store.getObject(await store.putObject('texts', value)), value);
      });

      it('says so when a reference is unknown', async () => {
        for (const asking of [
          store.getObject(sha256('nothing')),
          store.getSlice(sha256('nothing'), 0, 1),
          store.getCandidate(sha256('nothing')),
          store.getTasks([sha256('nothing')]),
        ]) {
          await assert.rejects(
            asking,
            (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes(folder) && error.message.includes(sha256('nothing')),
          );
        }
      });

      it('keeps candidates with their lineage, and names them by what the agent sees', async () => {
        const seed: Candidate = {
          modules: [{ kind: 'playbook', name: 'rules', items: [{ id: 'i1', text: 'Look twice.', origins: [{ subset: 's1', taskIds: ['t1'] }] }] }],
          parents: [],
        };
        const child: Candidate = { ...seed, parents: [contentAddress('parent')] };
        const reference = await store.putCandidate(seed);
        assert.deepEqual(reference, candidateReference(seed));
        const childReference = await store.putCandidate(child);
        assert.equal(childReference.hash, reference.hash);
        assert.notEqual(childReference.document, reference.document);
        assert.equal(reference.tokens, 3);
        await store.putCandidate(seed);
        assert.deepEqual(await store.getCandidate(reference.document), seed);
        assert.deepEqual(await store.getCandidate(childReference.document), child);
      });

      it('returns tasks in the order asked for, as often as asked for; the first of a hash wins', async () => {
        const tasks = Array.from({ length: 1_200 }, (_, index) => ({
          hash: sha256(`task ${index}`),
          task: { id: `t${index}`, input: { question: `q\0${index}` }, expected: index } satisfies Task,
        }));
        await store.putTasks(tasks);
        await store.putTasks([{ hash: sha256('task 7'), task: { id: 'changed', input: 'changed' } }]);
        const wanted = [7, 1_199, 0, 7, ...Array.from({ length: 1_100 }, (_, index) => 1_150 - index)];
        const found = await store.getTasks(wanted.map((index) => sha256(`task ${index}`)));
        assert.deepEqual(
          found,
          wanted.map((index) => tasks[index]?.task),
        );
        assert.deepEqual(await store.getTasks([]), []);
      });

      it('assigns a task to a part once and for all, per project', async () => {
        const first = await store.assignParts(
          'ports',
          new Map([
            ['t1', { split: 'train' }],
            ['t2', { split: 'validation', half: 'select' }],
          ]),
        );
        assert.deepEqual(
          first,
          new Map([
            ['t1', { split: 'train' }],
            ['t2', { split: 'validation', half: 'select' }],
          ]),
        );
        const grown = new Map<string, { split: 'train' | 'test' }>([
          ['t2', { split: 'train' }],
          ['t1', { split: 'test' }],
          ['t3', { split: 'test' }],
        ]);
        assert.deepEqual(
          await store.assignParts('ports', grown),
          new Map([
            ['t2', { split: 'validation', half: 'select' }],
            ['t1', { split: 'train' }],
            ['t3', { split: 'test' }],
          ]),
        );
        assert.deepEqual(await store.assignParts('other', new Map([['t1', { split: 'test' }]])), new Map([['t1', { split: 'test' }]]));
        const many = new Map(Array.from({ length: 1_234 }, (_, index) => [`many-${index}`, { split: 'train' as const }]));
        assert.equal((await store.assignParts('ports', many)).size, 1_234);
      });
    });

    describe('calls', () => {
      it('claims a call once: the same boot is told that it is in flight', async () => {
        assert.deepEqual(await store.claimCall(callClaim()), { state: 'claimed', tookOver: false });
        assert.deepEqual(await store.claimCall(callClaim()), { state: 'in-flight' });
        const together = await Promise.all([1, 2, 3].map(() => store.claimCall(callClaim({ key: sha256('other') }))));
        assert.deepEqual(together.map((result) => result.state).sort(), ['claimed', 'in-flight', 'in-flight']);
      });

      it('answers from the record, whoever asks', async () => {
        await store.claimCall(callClaim());
        assert.equal(await store.getCall(sha256('call')), undefined);
        const call = recordedCall({ body: '{"text":"ü 🌊"}' });
        await store.recordCall(call);
        assert.deepEqual(await store.claimCall(callClaim()), { state: 'recorded', call });
        assert.deepEqual(await store.claimCall(callClaim({ bootId: 'boot-2', runId: 'run-2' })), { state: 'recorded', call });
        await reopen();
        assert.deepEqual(await store.getCall(call.key), call);
        assert.deepEqual(await store.claimCall(callClaim({ bootId: 'boot-2' })), { state: 'recorded', call });
      });

      it('answers from a record that is written in the same moment', async () => {
        await store.claimCall(callClaim());
        const recording = store.recordCall(recordedCall());
        const claiming = store.claimCall(callClaim());
        await recording;
        assert.deepEqual(await claiming, { state: 'recorded', call: recordedCall() });
      });

      it('keeps the first record', async () => {
        await store.claimCall(callClaim());
        await store.recordCall(recordedCall());
        await store.recordCall(recordedCall({ body: '{"second":true}', status: 400, cost: 7 }));
        assert.deepEqual(await store.getCall(sha256('call')), recordedCall());
        assert.deepEqual(await store.spent('run-1'), { recorded: 0.125, reserved: 0 });
      });

      it('keeps refusals and every character of a body', async () => {
        for (const body of ['', 'cut\0here', '{"a":"\\u0000"}', '\u2028 🌊']) {
          const key = sha256(`body ${body}`);
          await store.claimCall(callClaim({ key, request: body }));
          await store.recordCall(recordedCall({ key, status: 422, body, contentType: 'text/plain', promptTokens: 0 }));
          assert.deepEqual(await store.getCall(key), recordedCall({ key, status: 422, body, contentType: 'text/plain', promptTokens: 0 }));
        }
      });

      it('takes over from a dead boot, and books one lost call to the run that had claimed', async () => {
        await store.claimCall(callClaim({ runId: 'run-1', bootId: 'boot-1' }));
        await reopen();
        assert.deepEqual(await store.claimCall(callClaim({ runId: 'run-2', bootId: 'boot-2' })), { state: 'claimed', tookOver: true });
        assert.deepEqual(await store.claimCall(callClaim({ runId: 'run-2', bootId: 'boot-2' })), { state: 'in-flight' });
        await store.recordCall(recordedCall());
        const lost = async (runId: string) => (await store.totals(runId)).map((role) => [role.role, role.sentCalls, role.lostCalls]);
        assert.deepEqual(await lost('run-1'), [['agent', 0, 1]]);
        assert.deepEqual(await lost('run-2'), [['agent', 1, 0]]);
      });

      it('counts every loss of a call that is lost again and again', async () => {
        assert.deepEqual(await store.totals('run-1'), []);
        for (const bootId of ['boot-1', 'boot-2', 'boot-3']) await store.claimCall(callClaim({ bootId }));
        assert.equal((await store.totals('run-1'))[0]?.lostCalls, 2);
        await store.releaseCall(sha256('call'));
        assert.equal((await store.totals('run-1'))[0]?.lostCalls, 2, 'a claim given back does not undo what was lost');
        await reopen();
        assert.equal((await store.totals('run-1'))[0]?.lostCalls, 2);
      });

      it('gives a claim back, but never a record', async () => {
        await store.claimCall(callClaim());
        await store.releaseCall(sha256('call'));
        assert.deepEqual(await store.claimCall(callClaim({ bootId: 'boot-2' })), { state: 'claimed', tookOver: false });
        await store.recordCall(recordedCall());
        await store.releaseCall(sha256('call'));
        await store.releaseCall(sha256('never claimed'));
        assert.deepEqual(await store.getCall(sha256('call')), recordedCall());
      });

      it('takes no record without a claim, and the writes beside it are not disturbed', async () => {
        const beside = [store.claimCall(callClaim()), store.recordCall(recordedCall({ key: sha256('unclaimed') })), store.putObject('plan', 1)];
        const results = await Promise.allSettled(beside);
        assert.deepEqual(
          results.map((result) => result.status),
          ['fulfilled', 'rejected', 'fulfilled'],
        );
        assert.deepEqual(await store.claimCall(callClaim()), { state: 'in-flight' });
        assert.equal(await store.getObject(contentAddress(1)), 1);
      });

      it('knows the money recorded and reserved, also after it is opened again', async () => {
        assert.deepEqual(await store.spent('run-1'), { recorded: 0, reserved: 0 });
        for (const number of [1, 2, 3, 4]) await store.claimCall(callClaim({ key: sha256(`call ${number}`), estimatedCost: 0.1 }));
        await store.claimCall(callClaim({ key: sha256('of another run'), runId: 'run-2', estimatedCost: 5 }));
        assert.deepEqual(await store.spent('run-1'), { recorded: 0, reserved: 0.4 });
        await store.recordCall(recordedCall({ key: sha256('call 1'), cost: 0.2 }));
        await store.recordCall(recordedCall({ key: sha256('call 2'), cost: 0.1 }));
        await store.releaseCall(sha256('call 3'));
        const expected = { recorded: 0.3, reserved: 0.1 };
        assert.deepEqual(await store.spent('run-1'), expected);
        await reopen();
        assert.deepEqual(await store.spent('run-1'), expected);
        await store.claimCall(callClaim({ key: sha256('call 4'), bootId: 'boot-2', runId: 'run-2', estimatedCost: 1 }));
        assert.deepEqual(await store.spent('run-1'), { recorded: 0.3, reserved: 0 });
        assert.deepEqual(await store.spent('run-2'), { recorded: 0, reserved: 6 });
      });
    });

    describe('rollouts', () => {
      it('keeps trajectory, score and row together; the first of each wins', async () => {
        const { trajectory, score, row } = rollout({ number: 1, trajectory: { messages: ['a\0b', '\ud83d', '🌊'] } });
        assert.equal(await store.getTrajectory(trajectory.key), undefined);
        assert.equal(await store.getScore(score.key), undefined);
        await store.putRollout({ trajectory, score, row });
        await store.putRollout({ trajectory: { ...trajectory, output: 'second' }, score: { ...score, score: 1 }, row: { ...row, score: 1 } });
        await reopen();
        assert.deepEqual(await store.getTrajectory(trajectory.key), trajectory);
        assert.deepEqual(await store.getScore(score.key), score);
        assert.deepEqual(await store.evaluationRows('run-1'), [row]);
        assert.equal((await store.totals('run-1'))[0]?.calls, 1);
      });

      it('keeps a failure and its reason', async () => {
        const { trajectory, score, row } = rollout({ number: 1 });
        const failed = {
          key: score.key,
          trajectoryKey: score.trajectoryKey,
          outcome: 'failed' as const,
          score: 0,
          reason: 'It took too many steps.',
          usage: score.usage,
        };
        await store.putRollout({
          trajectory: { ...trajectory, failure: 'It took too many steps.' },
          score: failed,
          row: { ...row, outcome: 'failed', score: 0 },
        });
        assert.deepEqual(await store.getTrajectory(trajectory.key), { ...trajectory, failure: 'It took too many steps.' });
        assert.deepEqual(await store.getScore(score.key), failed);
        assert.deepEqual(await store.evaluationRows('run-1'), [{ ...row, outcome: 'failed', score: 0 }]);
      });

      it('scores a saved trajectory anew beside the old score, and one rollout in two steps is two rows', async () => {
        const { trajectory, score, row } = rollout({ number: 1 });
        await store.putRollout({ trajectory, score, row });
        const mended = { ...score, key: sha256('mended'), score: 1 };
        await store.putRollout({ trajectory, score: mended, row: { ...row, path: 'select/block-1', score: 1, scoreKey: mended.key } });
        assert.deepEqual(await store.getScore(score.key), score);
        assert.deepEqual(await store.getScore(mended.key), mended);
        assert.deepEqual(
          (await store.evaluationRows('run-1')).map((each) => [each.path, each.score]),
          [
            ['baseline', 0.5],
            ['select/block-1', 1],
          ],
        );
      });

      it('lists rows by path, candidate and task, whatever the order of writing; filters by prefix and candidate', async () => {
        const candidates = [sha256('a'), sha256('b')].sort();
        const rows: EvaluationRow[] = [];
        for (const row of ['optimize/s0001/epoch-01', 'optimize/s0001_', 'optimize/s0002/epoch-01', 'select/%'].flatMap((stepPath) =>
          candidates.flatMap((candidate) => ['t1', 't10', 't2'].map((taskId) => ({ path: stepPath, candidate, taskId }))),
        )) {
          rows.push(rollout({ number: rows.length, ...row }).row);
        }
        const shuffled = rows.map((row, index) => ({ row, place: (index * 7) % rows.length })).sort((left, right) => left.place - right.place);
        await Promise.all(shuffled.map(({ row }) => store.putRollout({ ...rollout({ number: rows.indexOf(row) }), row })));
        await store.putRollout(rollout({ number: 99, runId: 'run-2' }));
        assert.deepEqual(await store.evaluationRows('run-1'), rows);
        assert.deepEqual(await store.evaluationRows('run-1', { pathPrefix: 'optimize/s0001/' }), rows.slice(0, 6));
        assert.deepEqual(await store.evaluationRows('run-1', { pathPrefix: 'optimize/s0001' }), rows.slice(0, 12));
        assert.deepEqual(await store.evaluationRows('run-1', { pathPrefix: 'select/%', candidate: candidates[1] ?? '' }), rows.slice(21));
        assert.deepEqual(await store.evaluationRows('run-1', { pathPrefix: 'select/_' }), []);
      });

      it('reads many rows in order, page by page, and lets the event loop turn', async () => {
        const count = 2_500;
        await Promise.all(Array.from({ length: count }, (_, number) => store.putRollout(rollout({ number, path: `p${number % 3}` }))));
        let turns = 0;
        const timer = setInterval(() => (turns += 1), 0);
        const seen: string[] = [];
        for await (const row of store.evaluationRowsInOrder('run-1')) seen.push(`${row.path} ${row.taskId}`);
        clearInterval(timer);
        assert.equal(seen.length, count);
        assert.deepEqual(seen, [...seen].sort());
        assert.equal(new Set(seen).size, count);
        assert.ok(turns > 0, 'the event loop turned');
        assert.equal((await store.evaluationRows('run-1')).length, count);
      });

      it('sums evidence over rows: the first verdict on a task in a step counts', async () => {
        const row = (itemId: string, taskId: string, verdict: 'helped' | 'hurt', stepPath = 'p') => ({
          runId: 'run-1',
          path: stepPath,
          itemId,
          taskId,
          verdict,
        });
        await store.putEvidence([row('b', 't1', 'helped'), row('a', 't1', 'hurt'), row('b', 't2', 'helped')]);
        await store.putEvidence([row('b', 't1', 'hurt'), row('b', 't1', 'hurt', 'q'), { ...row('c', 't1', 'hurt'), runId: 'run-2' }]);
        assert.deepEqual(await store.evidence('run-1'), [
          { itemId: 'a', helped: 0, hurt: 1 },
          { itemId: 'b', helped: 2, hurt: 1 },
        ]);
        await store.putEvidence([]);
        assert.deepEqual(await store.evidence('run-3'), []);
      });

      it('counts logical uses and what was really sent apart, by role', async () => {
        assert.deepEqual(await store.totals('run-1'), []);
        await store.claimCall(callClaim({ key: sha256('agent') }));
        await store.recordCall(recordedCall({ key: sha256('agent'), promptTokens: 90 }));
        await store.claimCall(callClaim({ key: sha256('optimizer'), role: 'optimizer' }));
        await store.recordCall(recordedCall({ key: sha256('optimizer'), promptTokens: 700, completionTokens: 70, cachedTokens: 0, cost: 1.5 }));
        await store.claimCall(callClaim({ key: sha256('open'), role: 'merger' }));
        await store.totals('run-1');
        await store.putRollout(rollout({ number: 1 }));
        await store.putRollout(rollout({ number: 2 }));
        await store.putRollout(rollout({ number: 2 }));
        const use = { runId: 'run-1', path: 'p', callKey: sha256('optimizer'), role: 'optimizer' as const, promptTokens: 700, completionTokens: 70 };
        await store.putUses([use, { ...use, path: 'q', promptTokens: 800 }]);
        await store.putUses([use, { ...use, runId: 'run-2' }]);
        const expected = [
          {
            role: 'agent',
            rollouts: 2,
            calls: 2,
            promptTokens: 160,
            completionTokens: 40,
            maxPromptTokens: 90,
            sentCalls: 1,
            sentPromptTokens: 90,
            sentCompletionTokens: 20,
            cachedTokens: 10,
            cost: 0.125,
            lostCalls: 0,
          },
          {
            role: 'optimizer',
            rollouts: 0,
            calls: 2,
            promptTokens: 1_500,
            completionTokens: 140,
            maxPromptTokens: 800,
            sentCalls: 1,
            sentPromptTokens: 700,
            sentCompletionTokens: 70,
            cachedTokens: 0,
            cost: 1.5,
            lostCalls: 0,
          },
        ];
        assert.deepEqual(await store.totals('run-1'), expected);
        await reopen();
        assert.deepEqual(await store.totals('run-1'), expected, 'from the rows alone');
        assert.deepEqual(
          (await store.totals('run-2')).map((role) => [role.role, role.calls, role.sentCalls, role.cost]),
          [['optimizer', 1, 0, 0]],
          'served from the store: used, not sent',
        );
      });
    });

    describe('events', () => {
      const event = (stepPath: string, number: number, tasks = 1): RunEventInput => ({
        path: stepPath,
        number,
        body: { type: 'subset-started', subset: 's0001', tasks },
      });

      it('reads on from where it was, in order of writing; the first of a key wins', async () => {
        await store.appendEvents('run-1', [event('b', 0), event('b', 1)]);
        time = 2_000;
        await store.appendEvents('run-1', [event('a', 0), event('b', 1, 99)]);
        await store.appendEvents('run-2', [event('b', 0)]);
        await store.appendEvents('run-1', []);
        const all = await store.readEvents('run-1', 0);
        assert.deepEqual(
          all.map((each) => [each.path, each.number, each.at, each.body]),
          [
            ['b', 0, 1_000, event('b', 0).body],
            ['b', 1, 1_000, event('b', 1).body],
            ['a', 0, 2_000, event('a', 0).body],
          ],
        );
        assert.deepEqual(await store.readEvents('run-1', all[0]?.sequence ?? 0), all.slice(1));
        assert.deepEqual(await store.readEvents('run-1', 0, 2), all.slice(0, 2));
        assert.deepEqual(await store.readEvents('run-1', all[2]?.sequence ?? 0), []);
        await reopen();
        assert.deepEqual(await store.readEvents('run-1', 0), all);
      });

      it('reads thousands', async () => {
        await store.appendEvents(
          'run-1',
          Array.from({ length: 2_345 }, (_, number) => event('many', number)),
        );
        const all = await store.readEvents('run-1', 0);
        assert.deepEqual(
          all.map((each) => each.number),
          Array.from({ length: 2_345 }, (_, number) => number),
        );
        assert.equal((await store.readEvents('run-1', 0, 2_000)).length, 2_000);
        assert.equal((await store.readEvents('run-1', 0, 1_500)).length, 1_500);
      });
    });

    describe('attempts', () => {
      it('counts the boots that died while a task was attempted, until an attempt ends', async () => {
        await store.beginAttempts('run-1', 'p', ['t1', 't2'], 'boot-1');
        await store.beginAttempts('run-1', 'p', ['t1', 't2'], 'boot-1');
        assert.deepEqual(await store.deaths('run-1', 'p', 'boot-1'), new Map());
        await store.endAttempt('run-1', 'p', 't2');
        await reopen();
        assert.deepEqual(await store.deaths('run-1', 'p', 'boot-2'), new Map([['t1', 1]]));
        await store.beginAttempts('run-1', 'p', ['t1'], 'boot-2');
        assert.deepEqual(await store.deaths('run-1', 'p', 'boot-3'), new Map([['t1', 2]]));
        assert.deepEqual(await store.deaths('run-1', 'q', 'boot-3'), new Map());
        assert.deepEqual(await store.deaths('run-2', 'p', 'boot-3'), new Map());
        await store.endAttempt('run-1', 'p', 't1');
        assert.deepEqual(await store.deaths('run-1', 'p', 'boot-3'), new Map());
      });

      it('forgets the attempts of one run when it is told to', async () => {
        for (const runId of ['run-1', 'run-2']) for (const step of ['p', 'q']) await store.beginAttempts(runId, step, ['t1'], 'boot-1');
        await store.clearAttempts('run-1');
        assert.deepEqual(await store.deaths('run-1', 'p', 'boot-2'), new Map());
        assert.deepEqual(await store.deaths('run-1', 'q', 'boot-2'), new Map());
        assert.deepEqual(await store.deaths('run-2', 'p', 'boot-2'), new Map([['t1', 1]]));
      });
    });

    it('forgets what one run made of its calls, and keeps the calls, trajectories and scores', async () => {
      await store.claimCall(callClaim());
      await store.recordCall(recordedCall());
      const { trajectory, score, row } = rollout({ number: 1 });
      const use = { path: 'p', callKey: 'c', role: 'optimizer', promptTokens: 1, completionTokens: 1 } as const;
      const events = [0, 1, 2].map((number): RunEventInput => ({ path: 'p', number, body: { type: 'phase-started', phase: 'merge' } }));
      for (const runId of ['run-1', 'run-2']) {
        await store.putRollout({ trajectory, score, row: { ...row, runId } });
        await store.putEvidence([{ runId, path: 'p', itemId: 'i', taskId: 't', verdict: 'helped' }]);
        await store.putUses([{ runId, ...use }]);
        await store.beginAttempts(runId, 'p', ['t1'], 'boot-1');
      }
      await store.appendEvents('run-2', events);
      await store.appendEvents('run-1', events);
      const last = (await store.readEvents('run-1', 0)).at(-1)!.sequence;
      await store.totals('run-1');
      await store.clearResults('run-1');
      assert.deepEqual(await store.evaluationRows('run-1'), []);
      assert.deepEqual(await store.evidence('run-1'), []);
      assert.deepEqual(await store.deaths('run-1', 'p', 'boot-2'), new Map());
      assert.deepEqual(
        (await store.totals('run-1')).map((total) => [total.role, total.calls, total.sentCalls]),
        [['agent', 0, 1]],
      );
      assert.equal((await store.getCall(callClaim().key))?.status, 200);
      assert.deepEqual([await store.getTrajectory(trajectory.key), await store.getScore(score.key)], [trajectory, score]);
      // Whoever had read them all reads the new ones.
      await store.appendEvents('run-1', events);
      assert.deepEqual(
        (await store.readEvents('run-1', last)).map(({ path: at, number }) => [at, number]),
        [
          ['p', 0],
          ['p', 1],
          ['p', 2],
        ],
      );
      await store.clearResults('run-1');
      await store.clearResults('run-1');
      assert.equal((await store.readEvents('run-1', 0)).length, 1);
      assert.deepEqual(
        [
          (await store.evaluationRows('run-2')).length,
          (await store.evidence('run-2')).length,
          (await store.readEvents('run-2', 0)).length,
          (await store.totals('run-2')).length,
        ],
        [1, 1, 3, 2],
      );
    });

    describe('runs', () => {
      const create = (id: string, project = 'ports') => store.createRun({ id, project, input: runInput(), startedBy: 'cli' });

      it('makes a run once', async () => {
        const row = await create('run-1');
        assert.deepEqual(row, {
          id: 'run-1',
          project: 'ports',
          status: 'running',
          input: runInput(),
          createdAt: 1_000,
          startedBy: 'cli',
          control: 'run',
          activeTime: 0,
        });
        time = 2_000;
        assert.deepEqual(await store.createRun({ id: 'run-1', project: 'other', input: runInput('changed'), startedBy: 'library' }), row);
        await reopen();
        assert.deepEqual(await store.getRun('run-1'), row);
        assert.equal(await store.getRun('run-2'), undefined);
      });

      it('lists runs, newest first, by project and status', async () => {
        await create('run-1');
        await create('run-2', 'other');
        await create('run-3');
        await store.updateRun('run-3', { status: 'paused' });
        const ids = async (filter?: Parameters<Store['listRuns']>[0]) => (await store.listRuns(filter)).map((run) => run.id);
        assert.deepEqual(await ids(), ['run-3', 'run-2', 'run-1']);
        assert.deepEqual(await ids({ project: 'ports' }), ['run-3', 'run-1']);
        assert.deepEqual(await ids({ project: 'ports', status: 'running' }), ['run-1']);
      });

      it('changes what it is told to, and drops what belonged to the status before', async () => {
        await create('run-1');
        await store.updateRun('run-1', { status: 'waiting', waiting: 'key', sentence: 'The key is wrong.' });
        await store.updateRun('run-1', { control: 'pause' });
        assert.deepEqual(await store.getRun('run-1'), {
          ...(await create('run-1')),
          status: 'waiting',
          waiting: 'key',
          sentence: 'The key is wrong.',
          control: 'pause',
        });
        const champion = candidateReference({ modules: [], parents: [] });
        await store.updateRun('run-1', { status: 'running', control: 'run', input: runInput('raised limit') });
        const running = await store.getRun('run-1');
        assert.deepEqual([running?.status, running?.waiting, running?.sentence, running?.input.identity], ['running', undefined, undefined, 'raised limit']);
        await store.updateRun('run-1', { status: 'completed', endedAt: 3_000, champion, better: false, digest: 'd' });
        const ended = await store.getRun('run-1');
        assert.deepEqual([ended?.endedAt, ended?.champion, ended?.better, ended?.digest], [3_000, champion, false, 'd']);
        await store.updateRun('run-1', { better: true });
        assert.deepEqual([(await store.getRun('run-1'))?.better, (await store.getRun('run-1'))?.endedAt], [true, 3_000]);
        await store.updateRun('run-1', {});
      });

      it('sums active time', async () => {
        await create('run-1');
        await Promise.all([store.addActiveTime('run-1', 1_000), store.addActiveTime('run-1', 500)]);
        assert.equal((await store.getRun('run-1'))?.activeTime, 1_500);
      });

      it('refuses to change a run that it does not hold', async () => {
        for (const changing of [store.updateRun('nothing', { control: 'pause' }), store.addActiveTime('nothing', 1)]) {
          await assert.rejects(changing, (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes('nothing'));
        }
      });

      it('numbers looks at the test split per project and list, each run once', async () => {
        assert.equal(await store.numberLook('run-1', 'ports', 'list'), 1);
        assert.equal(await store.numberLook('run-2', 'ports', 'list'), 2);
        assert.equal(await store.numberLook('run-1', 'ports', 'list'), 1);
        assert.equal(await store.numberLook('run-2', 'ports', 'another list'), 1);
        assert.equal(await store.numberLook('run-2', 'other', 'list'), 1);
        await reopen();
        assert.equal(await store.numberLook('run-3', 'ports', 'list'), 3);
      });

      it('keeps schedules as they were asked for, until they are deleted', async () => {
        const weekly = { id: 'weekly', cron: '0 3 * * 1', timeZone: 'Europe/Berlin', configFile: '/p/watersmeet.config.ts', paused: false };
        assert.deepEqual(await store.schedules(), []);
        await store.putSchedule(weekly);
        await store.putSchedule({ ...weekly, id: 'daily', paused: true });
        await store.putSchedule({ ...weekly, paused: true });
        await reopen();
        assert.deepEqual(await store.schedules(), [
          { ...weekly, id: 'daily', paused: true },
          { ...weekly, paused: true },
        ]);
        await store.deleteSchedule('daily');
        await store.deleteSchedule('nothing');
        assert.deepEqual(
          (await store.schedules()).map(({ id }) => id),
          ['weekly'],
        );
      });

      it('promotes champions in numbered versions, newest first', async () => {
        assert.equal(await store.currentChampion('ports'), undefined);
        const candidate = candidateReference({ modules: [], parents: [] });
        const first = await store.promote({ project: 'ports', candidate, runId: 'run-1', by: 'person', note: 'At last.' });
        assert.deepEqual(first, { project: 'ports', version: 1, candidate, runId: 'run-1', promotedAt: 1_000, by: 'person', note: 'At last.' });
        time = 2_000;
        const second = await store.promote({ project: 'ports', candidate: { ...candidate, tokens: 1 }, by: 'rollback to 1' });
        assert.deepEqual(second, { project: 'ports', version: 2, candidate: { ...candidate, tokens: 1 }, promotedAt: 2_000, by: 'rollback to 1' });
        assert.equal((await store.promote({ project: 'other', candidate, by: 'person' })).version, 1);
        await reopen();
        assert.deepEqual(await store.currentChampion('ports'), second);
        assert.deepEqual(await store.champions('ports'), [second, first]);
        assert.deepEqual(await store.champions('nothing'), []);
      });
    });
  });
}
