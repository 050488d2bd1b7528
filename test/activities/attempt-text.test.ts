// Needs nothing.

import assert from 'node:assert/strict';
import { describeAttempt, type Attempted } from '../../src/activities/attempt-text.js';
import type { Json } from '../../src/core/json.js';

const attempt = (input: Json, trajectory: Json): Attempted =>
  ({
    row: { taskId: 't1' },
    task: { id: 't1', input, expected: ['A1'] },
    trajectory: { output: 'A', trajectory },
    score: { score: 0, feedback: 'Missing: "A1".' },
  }) as unknown as Attempted;

describe('an attempt as the optimizer is shown it', () => {
  it('has the fields of its input one by one, and the lines of a text as lines', () => {
    const { input, expected } = describeAttempt(attempt({ question: 'Which references?', document: 'Invoice\n ID: 7', page: 2, tags: ['a'] }, null), undefined);
    assert.equal(input, 'question: Which references?\ndocument:\nInvoice\n ID: 7\npage: 2\ntags: ["a"]');
    assert.equal(expected, '["A1"]');
    assert.equal(describeAttempt(attempt('as it is', null), undefined).input, 'as it is');
  });

  it('says when the answer was cut off, and takes the evaluator for the scorer where there is one', () => {
    const whole = describeAttempt(attempt('q', { finishReason: 'stop' }), undefined);
    assert.deepEqual([whole.output, whole.feedback], ['A', 'Missing: "A1".']);
    const cut = describeAttempt(attempt('q', { finishReason: 'length' }), 'It named half of it.');
    assert.deepEqual([cut.output, cut.feedback], ['A [cut off at the token limit]', 'It named half of it.']);
  });
});
