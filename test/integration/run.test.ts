// Needs a Temporal CLI (found in the cache, or fetched once); each run has a real dev server and a fake endpoint in a process of its own.

import { strict as assert } from 'node:assert';
import { Client } from '@temporalio/client';
import { forecast } from '../../src/config/forecast.js';
import { atRest } from '../../src/client/run-handle.js';
import { workflowIdOf } from '../../src/core/messages.js';
import { assertForecast } from '../support/forecast.js';
import { bodiesOf, eventually, finish, runOnce, setScene, startRun, waitingRow, type Finished, type Scene } from '../support/runs.js';
import { startDriver } from '../support/start-driver.js';
import { startFakeEndpoint } from '../support/start-fake-endpoint.js';
import { writeRulesProject } from '../support/rules-project.js';

const TASKS = 64;
/**
 * The digest of the undisturbed run of so many tasks. It changes with what a run decides: prompts, edits, gates, merging,
 * statistics, the fake endpoint's brain. If that was meant, put the new digest here and say in the commit what changed; if
 * it was not, compare the events of the two runs (`readEvents`): the first that differs names the step.
 */
const GOLDEN = '414b1957f70b44404a176c5d3f80340f03e6fb5768ab6ef71dc6134669a82738';

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** No call reached the endpoint more than once. */
function assertSentOnce(finished: Finished): void {
  const twice = Object.values(finished.arrivals).filter((count) => count > 1);
  assert.deepEqual(twice, []);
}

/** Worked examples from given answers, merged as they are: every prompt becomes many times as long. */
const DEMOS = {
  agent: { kind: 'chat', system: 'Name the intent.', user: '{{input}}', demos: 'examples' },
  modules: { examples: { kind: 'demos', items: [], maxTokens: 4000 } },
  optimize: { inner: 'bootstrap', epochs: 1, demosPerCategory: 2, demosFrom: 'answers' },
  merge: { pool: 0, model: false },
  select: { finalists: 3, baselines: ['random-demos'] },
};

describe('a run', function () {
  this.timeout(120_000);
  let undisturbed: Finished;
  let scene: Scene | undefined;

  before(async () => {
    undisturbed = await runOnce({ project: { tasks: TASKS } });
  });
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  it('ends with a champion that is better than the seed, its proof, and a digest', () => {
    const { result, row, events, totals, arrivals } = undisturbed;
    assert.equal(result.better, true);
    assert.match(result.digest, /^[0-9a-f]{64}$/);
    assert.deepEqual([row.status, row.champion, row.digest], ['completed', result.champion, result.digest]);
    const [proof] = bodiesOf(events, 'prove-ended');
    assert.ok(proof !== undefined && proof.after.mean > proof.before.mean && proof.test.pValue < 0.05);
    // Every call went out once, and the store knows of each.
    assertSentOnce(undisturbed);
    assert.equal(sum(totals.map((total) => total.sentCalls)), Object.keys(arrivals).length);
    assert.equal(sum(totals.map((total) => total.lostCalls)), 0);
  });

  it('decides what it decided before: the golden digest', () => {
    assert.equal(undisturbed.result.digest, GOLDEN);
  });

  it('uses about what was forecast', () => {
    const { settings, lists } = undisturbed.row.input;
    const { train, select, confirm, test } = lists;
    const plan = forecast(settings, { train: train.size, select: select.size, confirm: confirm.size, test: test.size });
    assertForecast('64 made-up tasks', plan, undisturbed.totals, 2, ['rollouts', 'calls']);
  });

  describe('has the same digest', () => {
    it('when no workflow is kept in memory', async () => {
      const { result } = await runOnce({ project: { tasks: TASKS }, open: { maxCachedWorkflows: 0 } });
      assert.equal(result.digest, undisturbed.result.digest);
    });

    it('whatever order the answers come in, and however many are in flight', async () => {
      // So many at once that batches, too, end in any order.
      const { result } = await runOnce({
        project: { tasks: TASKS, model: { concurrency: 100 } },
        endpoint: { latency: { kind: 'long-tailed', most: 400 } },
      });
      assert.equal(result.digest, undisturbed.result.digest);
    });

    it('when groups continue as new after every few steps', async () => {
      scene = await setScene({ project: { tasks: TASKS } });
      const watersmeet = await scene.open({ pace: { historyEvents: 40 } });
      const run = await startRun(scene, watersmeet);
      const { result } = await finish(scene, watersmeet, run);
      assert.equal(result.digest, undisturbed.result.digest);
      const { connection, namespace } = watersmeet.engine;
      const group = new Client({ connection, namespace }).workflow.getHandle(`${workflowIdOf(run.id)}/optimize/group-1`);
      const { events } = await group.fetchHistory();
      assert.notEqual(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '', '');
    });

    it('when the endpoint refuses, fails and cuts connections for a while', async () => {
      const finished = await runOnce({
        project: { tasks: TASKS },
        endpoint: {
          faults: [
            { kind: 'rate-limit', retryAfter: '0.2', share: 0.04 },
            { kind: 'server-error', share: 0.03 },
            { kind: 'cut', share: 0.03 },
            { kind: 'refuse', share: 0.02 },
          ],
        },
      });
      assert.equal(finished.result.digest, undisturbed.result.digest);
      // Every fault was met with one more try, and none with two.
      assert.ok(sum(Object.values(finished.arrivals)) > Object.keys(finished.arrivals).length + 20);
      assert.equal(Object.keys(finished.arrivals).length, Object.keys(undisturbed.arrivals).length);
    });
  });

  it('drops what the optimizer leaves cut off or broken, shows it, and does so each time', async () => {
    const sloppy = { truncated: 0.4, malformed: 0.3 };
    const first = await runOnce({ project: { tasks: TASKS }, endpoint: { sloppy } });
    const second = await runOnce({ project: { tasks: TASKS }, endpoint: { sloppy, latency: { kind: 'shuffled', least: 0, most: 30 } } });
    assert.equal(second.result.digest, first.result.digest);
    assert.notEqual(first.result.digest, undisturbed.result.digest);
    const epochs = bodiesOf(first.events, 'epoch-ended');
    assert.ok(sum(epochs.map((epoch) => epoch.droppedAnswers)) > 0);
    // Whatever was adopted is whole.
    for (const edit of epochs.flatMap((epoch) => epoch.edits))
      assert.match('text' in edit ? edit.text : 'RULE a -> b', /^RULE \S+ -> (quote|tracking|customs|claim)$/);
  });

  it('adopts nothing of answers that are cut off, also not the part that came', async () => {
    const { result, events } = await runOnce({ project: { tasks: TASKS }, endpoint: { sloppy: { truncated: 1 } } });
    const epochs = bodiesOf(events, 'epoch-ended');
    assert.deepEqual(new Set(epochs.map((epoch) => `${epoch.verdict}, ${epoch.droppedAnswers} dropped`)), new Set(['no-edit, 2 dropped']));
    assert.deepEqual([result.better, result.champion.tokens], [false, 0]);
  });

  it('asks again without a form where the endpoint takes none', async () => {
    const refuses = { text: '"json_schema"', status: 400, message: 'response_format.type: only text is served.' };
    const { result, events } = await runOnce({ project: { tasks: TASKS }, endpoint: { refuses } });
    // The refused calls are in the digest: they are counted.
    assert.equal(result.champion.hash, undisturbed.result.champion.hash);
    assert.equal(sum(bodiesOf(events, 'epoch-ended').map((epoch) => epoch.droppedAnswers)), 0);
  });

  it('tells why the optimizer is of no use when the endpoint refuses what it is asked', async () => {
    const refuses = { text: 'Propose at most', status: 422, message: 'no room for that' };
    const { result, events } = await runOnce({ project: { tasks: TASKS }, endpoint: { refuses } });
    assert.equal(result.better, false);
    const proposals = [...bodiesOf(events, 'epoch-ended'), ...bodiesOf(events, 'repair-ended')];
    assert.deepEqual(
      new Set(proposals.map(({ droppedAnswers, answerProblem }) => `${droppedAnswers}: ${answerProblem}`)),
      new Set(['1: the endpoint refused the request: no room for that']),
    );
  });

  it('of all-at-once shows one subset everything, and merges nothing', async () => {
    const { result, events } = await runOnce({ project: { tasks: TASKS, set: { strategy: 'all-at-once', optimize: { epochs: 6 } } } });
    assert.equal(result.better, true);
    assert.equal(bodiesOf(events, 'subset-ended').length, 1);
    assert.equal(bodiesOf(events, 'merge-ended').length, 0);
  });

  it('of bootstrap takes demos from given answers without an optimizer model', async () => {
    const { result, events, totals } = await runOnce({
      project: {
        tasks: TASKS,
        set: DEMOS,
      },
    });
    assert.equal(result.better, true);
    assert.deepEqual(
      totals.map((total) => total.role),
      ['agent'],
    );
    const [chosen] = bodiesOf(events, 'finalists-chosen');
    assert.ok(chosen?.finalists.some((finalist) => finalist.id === 'baseline-random-demos'));
    assert.ok(
      bodiesOf(events, 'epoch-ended').every((epoch) => epoch.edits.length > 0 && epoch.edits.every((edit) => edit.kind === 'add' && edit.answer !== undefined)),
    );
  });

  it('keeps to its plan limit of rollouts, and still finishes', async () => {
    const rollouts = 260;
    const { result, events, totals } = await runOnce({ project: { tasks: TASKS, set: { budget: { rollouts } } } });
    assert.match(result.digest, /^[0-9a-f]{64}$/);
    const used = totals.find((total) => total.role === 'agent')!.calls;
    assert.ok(used <= rollouts, `${used} rollouts of ${rollouts}`);
    const unlimited = undisturbed.totals.find((total) => total.role === 'agent')!.calls;
    assert.ok(unlimited > rollouts, `${unlimited} rollouts without a limit: the test limits nothing`);
    assert.ok(bodiesOf(events, 'subset-ended').some((subset) => subset.reason === 'budget'));
  });

  it('keeps to its plan limit of tokens, though the modules make every prompt longer', async () => {
    const tokensIn = (totals: readonly { readonly promptTokens: number; readonly completionTokens: number }[]) =>
      sum(totals.map(({ promptTokens, completionTokens }) => promptTokens + completionTokens));
    const unlimited = await runOnce({ project: { tasks: TASKS, set: DEMOS } });
    for (const share of [0.3, 0.6, 0.9]) {
      const tokens = Math.floor(share * tokensIn(unlimited.totals));
      const { events, totals } = await runOnce({ project: { tasks: TASKS, set: { ...DEMOS, budget: { tokens } } } });
      assert.ok(tokensIn(totals) <= tokens, `${tokensIn(totals)} tokens of ${tokens}`);
      assert.ok(bodiesOf(events, 'budget-reached').length > 0);
    }
    const reflected = tokensIn(undisturbed.totals);
    for (const share of [0.4, 0.8]) {
      const tokens = Math.floor(share * reflected);
      const { totals } = await runOnce({ project: { tasks: TASKS, set: { budget: { tokens } } } });
      assert.ok(tokensIn(totals) <= tokens, `${tokensIn(totals)} tokens of ${tokens} with an optimizer`);
    }
  });

  it('lets as many subsets learn as the limit gives an epoch, where it is too small for all', async () => {
    const { events, totals } = await runOnce({ project: { tasks: TASKS, set: { subset: { size: 8 }, budget: { rollouts: 260 } } } });
    const subsets = bodiesOf(events, 'subset-ended');
    const learned = new Set(bodiesOf(events, 'epoch-ended').map(({ subset }) => subset));
    assert.ok(learned.size > 0 && learned.size < subsets.length, `${learned.size} of ${subsets.length} subsets learned`);
    assert.ok(totals.find((total) => total.role === 'agent')!.rollouts <= 260);
  });

  describe('under control', () => {
    it('starts nothing new while it is paused, and goes on to the same digest', async () => {
      scene = await setScene({
        project: { tasks: TASKS },
        endpoint: { latency: { kind: 'fixed', milliseconds: 20 }, onRequest: [{ arrival: 150, when: 'before', line: 'now' }] },
      });
      const { endpoint } = scene;
      const watersmeet = await scene.open();
      const run = await startRun(scene, watersmeet);
      await endpoint.line('now');
      await run.pause();
      // Quiet: what was in flight has ended, and in half a second nothing came.
      let before = -1;
      const paused = await eventually(async () => {
        const { arrivals, answered } = await endpoint.counts();
        const quiet = arrivals === before && arrivals === answered;
        before = arrivals;
        await new Promise((resolve) => setTimeout(resolve, 500));
        return quiet ? arrivals : undefined;
      });
      assert.equal((await run.row()).status, 'paused');
      assert.ok(paused < Object.keys(undisturbed.arrivals).length);
      await run.unpause();
      const finished = await finish(scene, watersmeet, run);
      assert.equal(finished.result.digest, undisturbed.result.digest);
      assertSentOnce(finished);
    });

    it('ends when it is cancelled, and keeps what it recorded', async () => {
      scene = await setScene({
        project: { tasks: TASKS },
        endpoint: { latency: { kind: 'fixed', milliseconds: 20 }, onRequest: [{ arrival: 150, when: 'before', line: 'now' }] },
      });
      const watersmeet = await scene.open();
      const run = await startRun(scene, watersmeet);
      await scene.endpoint.line('now');
      await run.cancel();
      await assert.rejects(run.result(), /cancelled/);
      assert.equal((await run.row()).status, 'cancelled');
      await assert.rejects(watersmeet.resume(run.id), /was cancelled/);
      const [agent] = await run.totals();
      assert.ok(agent !== undefined && agent.sentCalls > 0);
    });
  });

  describe('waits for what can be mended', () => {
    it('a key: says so, and goes on with the new one', async () => {
      const name = 'WATERSMEET_TEST_KEY';
      process.env[name] = 'the-right-key';
      try {
        scene = await setScene({
          project: { tasks: TASKS, model: { apiKeyVariable: name } },
          endpoint: { apiKey: 'the-right-key', onRequest: [{ arrival: 100, when: 'before', line: 'now' }] },
        });
        const watersmeet = await scene.open();
        const run = await startRun(scene, watersmeet);
        await scene.endpoint.line('now');
        process.env[name] = 'some-wrong-key';
        const waiting = await waitingRow(run);
        assert.equal(waiting.waiting, 'key');
        assert.match(waiting.sentence ?? '', /401/);
        await assert.rejects(run.result(), /waiting: key/);
        process.env[name] = 'the-right-key';
        const finished = await finish(scene, watersmeet, await watersmeet.resume());
        assert.equal(finished.result.digest, undisturbed.result.digest);
        assert.ok(!JSON.stringify(finished.events).includes('-key'));
      } finally {
        delete process.env[name];
      }
    });

    it('a quota', async () => {
      scene = await setScene({ project: { tasks: TASKS }, endpoint: { faults: [{ kind: 'quota', from: 100, to: 103 }] } });
      const watersmeet = await scene.open();
      const run = await startRun(scene, watersmeet);
      assert.equal((await waitingRow(run)).waiting, 'quota');
      const finished = await finish(scene, watersmeet, await watersmeet.resume());
      assert.equal(finished.result.digest, undisturbed.result.digest);
    });

    it('a provider that is away for long: no task fails by it, and the run goes on by itself', async () => {
      // An agent that swallows every error: the harness decides what is an outage.
      const code = `agent: { kind: 'function', version: 'swallows', async run({ task, texts, openai, model }) {
        try {
          const completion = await openai.chat.completions.create({ model: model.model, max_tokens: model.maxTokens, messages: [{ role: 'system', content: 'Name the intent of the message.\\n' + texts.rules }, { role: 'user', content: task.input }] });
          return completion.choices[0].message.content;
        } catch {
          return 'nothing came';
        }
      } }`;
      scene = await setScene({ project: { tasks: TASKS, code }, endpoint: { onRequest: [{ arrival: 120, when: 'before', line: 'now' }] } });
      const { endpoint } = scene;
      const watersmeet = await scene.open({ retryForSeconds: 0.5, pace: { probeSeconds: { first: 1, last: 2 } } });
      const run = await startRun(scene, watersmeet);
      await endpoint.line('now');
      await endpoint.stop();
      const waiting = await waitingRow(run);
      assert.equal(waiting.waiting, 'provider');
      assert.equal(atRest(waiting), false);
      const again = await startFakeEndpoint({ brain: 'classifier', port: endpoint.port, log: endpoint.log });
      try {
        const result = await run.result();
        assert.equal(result.digest, undisturbed.result.digest);
      } finally {
        await again.stop();
      }
    });

    describe('a scorer that', () => {
      /** What it scored before it met what breaks it was scored wrongly, too. */
      const scorer = (broken: string) => `scorer: { kind: 'function', timeoutSeconds: 1, score({ task, output }) {
        if (output === 'wrong-3') ${broken};
        return output === task.expected ? 1 : ${broken === MENDED ? '0' : '0.25'};
      } }`;
      const MENDED = 'return 0';
      let alwaysMended: Finished;

      before(async () => {
        alwaysMended = await runOnce({ project: { tasks: TASKS, code: scorer(MENDED) } });
      });

      for (const [what, broken] of [
        ['throws', `throw new Error('no such label')`],
        ['loops', 'for (;;);'],
        ['returns NaN', 'return Number.NaN'],
      ] as const) {
        it(`${what}: mended, it scores everything again without a model call`, async () => {
          scene = await setScene({ project: { tasks: TASKS, code: scorer(broken) } });
          const { folder, endpoint } = scene;
          const watersmeet = await scene.open();
          const run = await startRun(scene, watersmeet);
          const waiting = await waitingRow(run);
          assert.equal(waiting.waiting, 'scorer');
          assert.match(waiting.sentence ?? '', /t000\d\d/);
          writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks: TASKS, code: scorer(MENDED) });
          const finished = await finish(scene, watersmeet, await watersmeet.resume());
          assert.equal(finished.result.digest, alwaysMended.result.digest);
          assertSentOnce(finished);
          assert.equal(Object.keys(finished.arrivals).length, Object.keys(alwaysMended.arrivals).length);
        });
      }
    });
  });

  it('in two processes: the second attaches, and takes over when the first is killed', async () => {
    scene = await setScene({
      project: { tasks: TASKS },
      endpoint: { latency: { kind: 'fixed', milliseconds: 10 }, onRequest: [{ arrival: 150, when: 'before', line: 'now' }] },
    });
    const first = startDriver('start', scene.folder);
    await first.line('run');
    const second = startDriver('attach', scene.folder);
    assert.equal((await second.line('opened')).host, false);
    await scene.endpoint.line('now');
    await second.line('run');
    await first.kill();
    const { result } = await second.line('result');
    assert.equal(result.digest, undisturbed.result.digest);
    await second.ended;
  });
});
