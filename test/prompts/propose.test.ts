// Needs nothing.

import assert from 'node:assert/strict';
import { editsSchema } from '../../src/prompts/edit-forms.js';
import { renderPropose, type ProposeTrajectory } from '../../src/prompts/propose.js';
import type { Module } from '../../src/core/module.js';

const steps = { opening: 'You are in a room.', steps: Array.from({ length: 50 }, (_, index) => `> go to desk ${index}\nNothing here.`).join('\n') };
const trajectory: ProposeTrajectory = { taskId: 't1', input: 'Find the mug.', output: '{"score":0}', score: 0, feedback: 'Not solved within 50 steps.', steps };

const render = (trajectories: readonly ProposeTrajectory[], trajectoryCharacters: number) =>
  renderPropose({ modules: [], maxTokens: {}, maxEdits: 3, trajectories, failedEdits: [], rejectedEdits: [], trajectoryCharacters });

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

  const modules: readonly Module[] = [
    { kind: 'instructions', name: 'style', text: 'Be brief.', origins: [] },
    { kind: 'playbook', name: 'rules', items: [{ id: 'i1', text: 'RULE passport -> identity', origins: [] }] },
    { kind: 'playbook', name: 'habits', items: [] },
    { kind: 'demos', name: 'examples', items: [] },
  ];

  it('offers each module the edits that it takes, in words and as a schema', () => {
    const { system } = renderPropose({
      modules,
      maxTokens: {},
      maxEdits: 3,
      trajectories: [],
      failedEdits: [],
      rejectedEdits: [],
      trajectoryCharacters: 1_000,
    });
    assert.deepEqual(
      system.split('\n').filter((line) => line.startsWith('{"kind"')),
      [
        '{"kind": "add", "module": "rules" or "habits", "taskIds": [IDS], "reason": TEXT, "text": TEXT}',
        '{"kind": "add", "module": "examples", "taskIds": [IDS], "reason": TEXT, "text": TEXT, "answer": TEXT}',
        '{"kind": "revise", "module": "rules", "item": ITEM_ID, "taskIds": [IDS], "reason": TEXT, "text": TEXT}',
        '{"kind": "remove", "module": "rules", "item": ITEM_ID, "taskIds": [IDS], "reason": TEXT}',
        '{"kind": "rewrite", "module": "style", "taskIds": [IDS], "reason": TEXT, "text": TEXT}',
      ],
    );
    const { edits } = (
      editsSchema(modules).schema as { properties: { edits: { items: { anyOf: { required: string[]; properties: Record<string, object> }[] } } } }
    ).properties;
    assert.deepEqual(
      edits.items.anyOf.map(({ properties }) => [properties['kind'], properties['module']]),
      [
        ['add', ['rules', 'habits']],
        ['add', ['examples']],
        ['revise', ['rules']],
        ['remove', ['rules']],
        ['rewrite', ['style']],
      ].map(([kind, names]) => [
        { type: 'string', enum: [kind] },
        { type: 'string', enum: names },
      ]),
    );
    // What strict structured outputs ask for: every property is required, in the order they are written in.
    for (const { required, properties } of edits.items.anyOf) assert.deepEqual(required, Object.keys(properties));
  });

  it('tells why edits could not be applied', () => {
    const edit = { kind: 'add', module: 'style', text: 'Say please.', reason: 'r', taskIds: ['t1'] } as const;
    const { user } = renderPropose({
      modules,
      maxTokens: {},
      maxEdits: 3,
      trajectories: [],
      failedEdits: [],
      rejectedEdits: [{ edit, reason: 'It takes a rewrite only.' }],
      trajectoryCharacters: 1_000,
    });
    assert.match(user, /# Edits that could not be applied\n\n- \{"kind":"add","module":"style","text":"Say please\."\}: It takes a rewrite only\.\n/);
  });
});
