// What holds for every environment.

import assert from 'node:assert/strict';
import { createAgent } from '../../src/agents/create-agent.js';
import type { Environment, EnvironmentContext, EnvironmentFactory, EnvironmentState } from '../../src/agents/environment.js';
import { playEpisode } from '../../src/agents/episode.js';
import { environmentAgent } from '../../src/agents/react-environment.js';
import type { Json } from '../../src/core/json.js';
import { randomStream } from '../../src/core/random.js';
import type { ReactEnvironmentSettings } from '../../src/core/run-settings.js';
import type { Task } from '../../src/core/task.js';

export interface EnvironmentCase {
  /** A new one for each rollout; it may be made and reset many times. */
  readonly factory: EnvironmentFactory;
  /** Tasks with actions that solve them: their score is 1 at the end. At least two. */
  readonly solved: readonly { readonly task: Omit<Task, 'expected'>; readonly actions: readonly string[] }[];
  /** An action that is not understood, whatever the state. */
  readonly unknownAction: string;
}

const REACT: ReactEnvironmentSettings = { kind: 'react', user: '{{observation}}', environment: 'function', maxSteps: 10, showActions: false, stopAtLine: true };

/** @param isKnown whether it is a known benchmark's. */
export function environmentContract(name: string, create: () => EnvironmentCase | Promise<EnvironmentCase>, isKnown = false): void {
  describe(`environment contract: ${name}`, () => {
    let given: EnvironmentCase;
    before(async () => {
      given = await create();
      assert.ok(given.solved.length >= 2, 'the contract needs two solved tasks');
    });

    const make = async (random?: () => number): Promise<Environment> => {
      const stream = randomStream(1, 'contract', 'environment');
      return given.factory({ random: random ?? (() => stream.next()), signal: new AbortController().signal });
    };

    /** All states of an episode, the first one included. */
    async function play(environment: Environment, task: Omit<Task, 'expected'>, actions: readonly string[]): Promise<readonly EnvironmentState[]> {
      const states = [snapshot(await environment.reset(task))];
      for (const action of actions) {
        if (states.at(-1)!.done) break;
        states.push(snapshot(await environment.step(action)));
      }
      return states;
    }

    async function playOnce(index: number, actions?: readonly string[]): Promise<readonly EnvironmentState[]> {
      const { task, actions: solution } = given.solved[index]!;
      const environment = await make();
      try {
        return await play(environment, task, actions ?? solution);
      } finally {
        await environment.close?.();
      }
    }

    it('is solved by what solves it: done, with score 1, and not before', async () => {
      for (const index of given.solved.keys()) {
        const states = await playOnce(index);
        assert.deepEqual([states.at(-1)!.done, states.at(-1)!.score], [true, 1]);
        for (const state of states.slice(0, -1)) assert.equal(state.done, false);
      }
    });

    it('answers with states: a text, a score from 0 to 1, and actions that are texts', async () => {
      for (const index of given.solved.keys()) {
        const states = [...(await playOnce(index)), ...(await playOnce(index, [given.unknownAction, '', ' ']))];
        for (const { observation, score, admissible = [] } of states) {
          assert.equal(typeof observation, 'string');
          assert.ok(score >= 0 && score <= 1, `score ${score}`);
          for (const action of admissible) assert.equal(typeof action, 'string');
        }
        assert.notEqual(states[0]!.observation, '');
      }
    });

    it('does the same for the same task, actions and seed', async () => {
      for (const index of given.solved.keys()) assert.deepEqual(await playOnce(index), await playOnce(index));
    });

    it('can be reset: nothing of an episode is left in the next', async () => {
      // What it draws is the same in every episode.
      const environment = await make(() => 0.5);
      const [first, second] = given.solved;
      const before = await play(environment, first!.task, first!.actions);
      await play(environment, second!.task, second!.actions.slice(0, 1));
      const after = await play(environment, first!.task, first!.actions);
      assert.deepEqual(
        after.map(({ observation }) => observation),
        before.map(({ observation }) => observation),
      );
      await environment.close?.();
    });

    it('keeps episodes apart that are played at the same time', async () => {
      const alone = await Promise.all([0, 1].map((index) => playOnce(index)));
      const [left, right] = await Promise.all([make(), make()]);
      const tasks = given.solved.slice(0, 2);
      const states = [[snapshot(await left.reset(tasks[0]!.task))], [snapshot(await right.reset(tasks[1]!.task))]];
      for (let step = 0; step < Math.max(...tasks.map(({ actions }) => actions.length)); step++) {
        for (const [index, environment] of [left, right].entries()) {
          const action = tasks[index]!.actions[step];
          if (action !== undefined) states[index]!.push(snapshot(await environment.step(action)));
        }
      }
      assert.deepEqual(states, alone);
      await left.close?.();
      await right.close?.();
    });

    it('tells an action that is not understood, and stays as it is', async () => {
      for (const index of given.solved.keys()) {
        const { actions } = given.solved[index]!;
        const [begin, told, ...rest] = await playOnce(index, [given.unknownAction, ...actions]);
        assert.notEqual(told!.observation, '');
        assert.equal(told!.done, false);
        assert.equal(told!.score, begin!.score);
        assert.equal(rest.at(-1)!.score, 1, 'it can still be solved');
      }
    });

    it('understands every action that it calls admissible', async () => {
      for (const index of given.solved.keys()) {
        const [begin] = await playOnce(index, []);
        const unknown = (await playOnce(index, [given.unknownAction])).at(-1)!.observation;
        for (const action of (begin!.admissible ?? []).slice(0, 10)) {
          const [, after] = await playOnce(index, [action]);
          assert.notEqual(after!.observation.replaceAll(action, ''), unknown.replaceAll(given.unknownAction, ''), action);
        }
      }
    });

    it('does not need the expected answer, and changes no task', async () => {
      const { task, actions } = given.solved[0]!;
      const frozen = deepFreeze(structuredClone(task)) as Omit<Task, 'expected'>;
      const environment = await make();
      assert.equal((await play(environment, frozen, actions)).at(-1)!.score, 1);
      await environment.close?.();
    });

    it('has a version, if it is not of a configuration, that is part of the version of an agent that plays in it', () => {
      const versions = (factory: EnvironmentFactory) => [
        environmentAgent(REACT, factory).version,
        createAgent({ kind: 'function', version: 'mine' }, { environment: factory, run: async () => '' }).version,
      ];
      const copy = (version?: string): EnvironmentFactory =>
        Object.assign((context: EnvironmentContext) => given.factory(context), version === undefined ? {} : { version });
      if (isKnown) assert.match(given.factory.version ?? '', /./);
      assert.deepEqual(versions(copy(given.factory.version)), versions(given.factory));
      for (const [index, version] of versions(copy('mended')).entries()) assert.notEqual(version, versions(given.factory)[index]);
      // As before there were versions: what was recorded of environments of one's own is found.
      assert.deepEqual(versions(copy()), ['1', 'mine']);
    });

    it('is played by the harness, which closes it once, also after an error', async () => {
      const { task, actions } = given.solved[0]!;
      for (const fails of [false, true]) {
        let closed = 0;
        const counting: EnvironmentFactory = async (context) => {
          const inner = await given.factory(context);
          return {
            reset: (one) => inner.reset(one),
            step: (action) => inner.step(action),
            close: async () => {
              closed++;
              await inner.close?.();
            },
          };
        };
        const playing = playEpisode(
          { task, random: () => 0.5, signal: new AbortController().signal },
          {
            environment: counting,
            maxSteps: 200,
            act: ({ steps }) => {
              if (fails && steps.length === 1) throw new Error('no idea');
              return actions[steps.length];
            },
          },
        );
        if (fails) await assert.rejects(playing, { message: 'no idea' });
        else assert.deepEqual((await playing).output, { score: 1, steps: actions.length, done: true });
        assert.equal(closed, 1);
      }
    });
  });
}

/** Environments may go on with the object they gave. */
function snapshot(state: EnvironmentState): EnvironmentState {
  return structuredClone(state);
}

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value as { readonly [key: string]: Json })) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
