// Needs nothing.

import assert from 'node:assert/strict';
import type { Environment, EnvironmentState } from '../../src/agents/environment.js';
import { playEpisode, type EpisodeOptions } from '../../src/agents/episode.js';
import { failureTypeOf, WatersmeetError } from '../../src/core/failures.js';
import { corridor } from './corridor.js';
import { environmentContract } from './environment-contract.js';

environmentContract('a corridor', () => ({
  factory: corridor,
  solved: [2, 3].map((room) => ({ task: { id: `r${room}`, input: { room } }, actions: Array.from({ length: room }, () => 'forth') })),
  unknownAction: 'fly',
}));

describe('an episode', () => {
  const play = (options: Partial<EpisodeOptions>, signal = new AbortController().signal) =>
    playEpisode({ task: { id: 't1', input: { room: 3 } }, random: () => 0, signal }, { environment: corridor, maxSteps: 10, act: () => 'forth', ...options });

  it('ends when the environment is done, with its score', async () => {
    assert.deepEqual(await play({}), {
      output: { score: 1, steps: 3, done: true },
      trajectory: {
        observation: 'You are in room 0. Go to room 3.',
        steps: [1, 2, 3].map((room) => ({ action: 'forth', observation: `You are in room ${room}.` })),
      },
    });
  });

  it('ends when the steps are used up, with the score so far', async () => {
    const { output } = await play({ maxSteps: 2 });
    assert.deepEqual(output, { score: 1 - 1 / 3, steps: 2, done: false });
  });

  it('ends when the actor gives up', async () => {
    assert.deepEqual((await play({ act: ({ steps }) => (steps.length === 1 ? undefined : 'forth') })).output, { score: 1 - 2 / 3, steps: 1, done: false });
  });

  it('takes no step when it is over at once', async () => {
    const over = { observation: 'Nothing to do.', done: true, score: 1 };
    assert.deepEqual((await play({ environment: () => ({ reset: () => over, step: () => over }) })).output, { score: 1, steps: 0, done: true });
  });

  it('keeps from the environment what is not meant for it', async () => {
    const heard: string[] = [];
    const result = await play({
      environment: (context) => {
        const inner = corridor(context) as Environment;
        return { reset: (task) => inner.reset(task), step: (action) => (heard.push(action), inner.step(action)) };
      },
      act: ({ steps }) => (steps.length === 0 ? 'think: forth!' : 'forth'),
      answerInstead: (action) => (action.startsWith('think:') ? 'OK.' : undefined),
    });
    assert.deepEqual(heard, ['forth', 'forth', 'forth']);
    assert.deepEqual(result.output, { score: 1, steps: 4, done: true });
    assert.deepEqual((result.trajectory as { steps: unknown[] }).steps[0], { action: 'think: forth!', observation: 'OK.' });
  });

  it('keeps states apart, also of an environment that changes the one it gave', async () => {
    const state = { observation: 'one', done: false, score: 0 };
    const seen: string[] = [];
    await play({
      environment: () => ({ reset: () => state, step: () => Object.assign(state, { observation: 'two', done: true }) }),
      act: (episode) => {
        seen.push(episode.observation);
        return 'go';
      },
    });
    assert.deepEqual(seen, ['one']);
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['no state', undefined, /step\("forth"\) answered without an observation/],
    ['no observation', { done: false, score: 0 }, /without an observation/],
    ['no end', { observation: '', score: 0 }, /without done/],
    ['a score above 1', { observation: '', done: false, score: 2 }, /the score 2/],
    ['a score that is no number', { observation: '', done: false, score: Number.NaN }, /the score NaN/],
    ['actions that are no texts', { observation: '', done: false, score: 0, admissible: [1] }, /admissible/],
  ];
  for (const [name, state, words] of bad) {
    it(`is not to blame for ${name}: the environment is broken`, async () => {
      const environment = () => ({ reset: () => ({ observation: 'x', done: false, score: 0 }), step: () => state as EnvironmentState });
      await assert.rejects(play({ environment }), (error: Error) => failureTypeOf(error) === 'agent.broken' && words.test(error.message));
    });
  }

  it('is not to blame for what the environment throws, in making, reset, step or close', async () => {
    const fine = { observation: 'x', done: false, score: 0 };
    const throwing = () => {
      throw new RangeError('no board');
    };
    const environments: EpisodeOptions['environment'][] = [
      throwing,
      () => ({ reset: throwing, step: () => fine }),
      () => ({ reset: () => fine, step: throwing }),
      () => ({ reset: () => fine, step: () => fine, close: throwing }),
    ];
    for (const environment of environments)
      await assert.rejects(
        play({ environment }),
        (error: Error) =>
          failureTypeOf(error) === 'agent.broken' && /^The environment is broken: for task "t1" .* threw RangeError: no board\.$/.test(error.message),
      );
  });

  it('passes on what the environment says of an outage', async () => {
    const outage = new WatersmeetError('provider.unavailable', 'the simulator is down');
    await assert.rejects(play({ environment: () => Promise.reject(outage) }), (error) => error === outage);
  });

  it('ends with the attempt, and closes the environment all the same', async () => {
    const controller = new AbortController();
    let closed = 0;
    const environment: EpisodeOptions['environment'] = (context) => ({ ...(corridor(context) as Environment), close: () => void closed++ });
    const playing = play(
      {
        environment,
        act: ({ steps }) => {
          if (steps.length === 1) controller.abort(new Error('over'));
          return 'forth';
        },
      },
      controller.signal,
    );
    await assert.rejects(playing, { message: 'over' });
    assert.equal(closed, 1);
  });
});
