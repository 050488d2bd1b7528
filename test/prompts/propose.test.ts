// Needs nothing.

import assert from 'node:assert/strict';
import { renderPropose, type ProposeTrajectory } from '../../src/prompts/propose.js';

const steps = { opening: 'You are in a room.', steps: Array.from({ length: 50 }, (_, index) => `> go to desk ${index}\nNothing here.`).join('\n') };
const trajectory: ProposeTrajectory = { taskId: 't1', input: 'Find the mug.', output: '{"score":0}', score: 0, feedback: 'Not solved within 50 steps.', steps };

const render = (trajectories: readonly ProposeTrajectory[], trajectoryCharacters: number) =>
  renderPropose({ modules: [], maxTokens: {}, maxEdits: 3, trajectories, failedEdits: [], trajectoryCharacters });

describe("the optimizer's prompt", () => {
  it('shows what an agent with steps did', () => {
    const { user, truncated } = render([trajectory], 10_000);
    assert.equal(truncated, 0);
    assert.match(user, /Feedback: Not solved within 50 steps\.\nWhat it did:\nYou are in a room\.\n> go to desk 0\n[\s\S]*> go to desk 49\nNothing here\./);
  });

  it('cuts the middle of long steps, within its share, and keeps the feedback and the end', () => {
    const { user, truncated } = render([trajectory, { ...trajectory, taskId: 't2' }], 1_600);
    assert.equal(truncated, 2);
    assert.equal([...user.matchAll(/Feedback: Not solved/g)].length, 2);
    assert.equal([...user.matchAll(/characters cut\]/g)].length, 2);
    assert.equal([...user.matchAll(/> go to desk 49/g)].length, 2);
    for (const block of user.split('## Task ').slice(1)) assert.ok(block.split('Propose at most')[0]!.length <= 810, String(block.length));
  });

  it('leaves no task out when all are too long', () => {
    const long = (taskId: string) => ({ taskId, input: 'x'.repeat(2_000), output: 'y', score: 0 });
    const { user, truncated } = render([long('t1'), long('t2'), long('t3')], 1_500);
    assert.equal([...user.matchAll(/## Task t\d/g)].length, 3);
    assert.equal(truncated, 3);
  });

  it('cuts all else at the end', () => {
    const { user } = render(
      [
        { taskId: 't1', input: 'x'.repeat(1_000), output: 'y', score: 0 },
        { taskId: 't2', input: 'z', output: 'y', score: 0 },
      ],
      1_000,
    );
    assert.match(user, /x{400,480} \[cut\]/);
  });
});
