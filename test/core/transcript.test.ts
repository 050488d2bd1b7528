// Needs nothing.

import assert from 'node:assert/strict';
import { transcriptOf, transcriptText } from '../../src/core/transcript.js';

describe('a transcript', () => {
  it('is what was told and done in an environment', () => {
    const steps = [
      { action: 'think: desk', observation: 'OK.' },
      { action: 'go to desk 1', observation: 'On the desk 1, you see a mug 1.' },
    ];
    assert.deepEqual(transcriptOf({ observation: 'You are in a room.', steps }), {
      opening: 'You are in a room.',
      steps: '> think: desk\nOK.\n> go to desk 1\nOn the desk 1, you see a mug 1.',
    });
  });

  it('is what was said, called and answered, of an agent with tools', () => {
    const steps = [
      { text: 'Let me add.', calls: [{ tool: 'add', arguments: { left: 1 }, result: '2' }] },
      { calls: [{ tool: 'now', arguments: 'x', result: 'no' }] },
    ];
    assert.deepEqual(transcriptOf({ messages: [], steps }), { opening: '', steps: 'Let me add.\n> add {"left":1}\n2\n> now x\nno' });
  });

  it('is nothing for what has no steps', () => {
    for (const trajectory of [null, 'text', [1], { messages: [] }, { steps: [] }, { steps: 'x' }, { steps: [1, null] }])
      assert.equal(transcriptOf(trajectory), undefined);
  });

  it('is cut in the middle, and says how much', () => {
    const long = { opening: 'begin', steps: 'x'.repeat(1_000) + 'end' };
    const text = transcriptText(long, 90);
    assert.match(text, /^begin\nx+\n\[919 characters cut\]\nx+end$/);
    assert.equal(text.replace(/\n\[.*\]\n/, '').length, 90);
    assert.equal(transcriptText(long, 0), '\n[1009 characters cut]\n');
    assert.equal(transcriptText({ opening: '', steps: 'a' }), 'a');
  });
});
