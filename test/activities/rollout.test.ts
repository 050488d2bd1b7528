// Needs nothing.

import { strict as assert } from 'node:assert';
import type { ActivityDependencies, RunParts } from '../../src/activities/dependencies.js';
import { planRollouts, rollout } from '../../src/activities/rollout.js';
import { AgentFailure, type Agent } from '../../src/agents/agent.js';
import type { Scorer } from '../../src/benchmarks/scorers/scorer.js';
import { failureTypeOf, WatersmeetError } from '../../src/core/failures.js';
import type { Task } from '../../src/core/task.js';
import type { EvaluationRow, StoredScore, StoredTrajectory } from '../../src/store/store.js';

const TASK: Task = { id: 't1', input: 'two and two', expected: 'four' };

interface Scene {
  readonly agent?: Partial<Agent>;
  readonly scorer?: Partial<Scorer>;
  /** What the session noted of its calls. */
  readonly outage?: Error;
  readonly timeoutSeconds?: number;
}

function scene({ agent, scorer, outage, timeoutSeconds = 60 }: Scene) {
  const trajectories = new Map<string, StoredTrajectory>();
  const scores = new Map<string, StoredScore>();
  const rows: EvaluationRow[] = [];
  const store = {
    getTrajectory: async (key: string) => trajectories.get(key),
    getScore: async (key: string) => scores.get(key),
    putRollout: async (rolled: { readonly trajectory: StoredTrajectory; readonly score: StoredScore; readonly row: EvaluationRow }) => {
      trajectories.set(rolled.trajectory.key, rolled.trajectory);
      scores.set(rolled.score.key, rolled.score);
      rows.push(rolled.row);
    },
    putUses: async () => undefined,
  };
  const usage = { rollouts: 0, calls: 1, promptTokens: 8, completionTokens: 2 };
  const session = { openai: {}, settings: {}, usage: () => usage, uses: () => [], infrastructureError: () => outage, waited: () => 0 };
  const parts = {
    run: {
      id: 'run-1',
      input: {
        settings: { seed: 1, agent: { kind: 'function', version: '1' }, scorer: { kind: 'exact' }, models: { agent: {} }, rollout: { timeoutSeconds } },
      },
    },
    agent: { kind: 'function', version: '1', stochastic: false, run: async () => ({ output: 'four', trajectory: ['four'] }), ...agent },
    scorer: { kind: 'exact', version: '1', usesModel: false, score: async () => ({ score: 1 }), close: async () => undefined, ...scorer },
  } as unknown as RunParts;
  const dependencies = { store, gateway: { open: () => session } } as unknown as ActivityDependencies;
  const plan = () =>
    planRollouts({
      parts,
      path: 'baseline',
      candidateHash: 'candidate',
      candidate: { modules: [], parents: [] },
      signal: new AbortController().signal,
    });
  return { rows, trajectories, scores, parts, run: () => rollout(dependencies, plan(), { id: TASK.id, hash: 'task' }, TASK) };
}

describe('a rollout', () => {
  it('is an outcome with a row, a trajectory and a score', async () => {
    const { run, rows } = scene({});
    const { row } = await run();
    assert.deepEqual([row.outcome, row.score, row.usage], ['scored', 1, { rollouts: 1, calls: 1, promptTokens: 8, completionTokens: 2 }]);
    assert.deepEqual(rows, [row]);
  });

  it('does not show the expected answer to the agent', async () => {
    let seen: object | undefined;
    await scene({
      agent: {
        run: async ({ task }) => {
          seen = task;
          return { output: '', trajectory: null };
        },
      },
    }).run();
    assert.deepEqual(seen, { id: 't1', input: 'two and two' });
  });

  it('gives the agent the environment of the run, and tells the configuration when there is none', async () => {
    const agent: Partial<Agent> = { run: async ({ environment }) => ({ output: typeof environment, trajectory: null }) };
    const given = scene({ agent });
    (given.parts as { environment?: unknown }).environment = () => undefined;
    assert.equal((await given.run()).trajectory.output, 'function');
    await assert.rejects(scene({ agent }).run(), { failureType: 'agent.broken', message: /the configuration names none\. Set `agent\.environment`/ });
  });

  it('is no score when a call ended in an outage, whatever the agent returned', async () => {
    const outage = new WatersmeetError('provider.unavailable', 'down');
    const { run, rows, trajectories } = scene({ outage });
    await assert.rejects(run(), (error) => error === outage);
    assert.deepEqual([rows.length, trajectories.size], [0, 0]);
  });

  it('is no score when the agent throws because of an outage', async () => {
    const outage = new WatersmeetError('provider.unavailable', 'down');
    const { run, rows } = scene({ outage, agent: { run: () => Promise.reject(new Error('I got no answer')) } });
    await assert.rejects(run(), (error) => error === outage);
    assert.equal(rows.length, 0);
  });

  it('fails with a reason, and scores 0, when the agent throws or takes too long', async () => {
    const thrown = scene({
      agent: { run: () => Promise.reject(new AgentFailure('no tool for this', ['tried'])) },
      scorer: { score: () => Promise.reject(new Error('never asked')) },
    });
    assert.deepEqual([(await thrown.run()).row.outcome, thrown.rows[0]?.score], ['failed', 0]);
    const [trajectory] = thrown.trajectories.values();
    assert.deepEqual([trajectory?.failure, trajectory?.trajectory], ['no tool for this', ['tried']]);
    const late = scene({ timeoutSeconds: 0.02, agent: { run: () => new Promise(() => undefined) } });
    assert.equal((await late.run()).row.outcome, 'failed');
    assert.match([...late.scores.values()][0]?.reason ?? '', /longer than 0.02 s/);
  });

  it('writes nothing when the scorer is broken, and scores the found trajectory when it is mended', async () => {
    let attempts = 0;
    let broken = true;
    const { run, rows, parts } = scene({
      agent: {
        run: async () => {
          attempts++;
          return { output: 'four', trajectory: null };
        },
      },
      scorer: {
        score: async () => {
          if (broken) throw new WatersmeetError('scorer.broken', 'NaN');
          return { score: 0.5, feedback: 'Half.' };
        },
      },
    });
    await assert.rejects(run(), (error) => failureTypeOf(error) === 'scorer.broken');
    assert.equal(rows.length, 0);
    broken = false;
    assert.equal((await run()).score.score, 0.5);
    attempts = 0;
    (parts.scorer as { version: string }).version = '2';
    assert.equal((await run()).score.score, 0.5);
    assert.equal(attempts, 0);
    assert.equal(new Set(rows.map((row) => row.scoreKey)).size, 2);
  });
});
