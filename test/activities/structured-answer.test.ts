// Needs nothing.

import assert from 'node:assert/strict';
import { z } from 'zod';
import { readStructuredAnswer } from '../../src/activities/structured-answer.js';

const SHAPE = z.object({ edits: z.array(z.object({ kind: z.string(), text: z.string() })) });
const WHOLE = '{"edits": [{"kind": "add", "text": "a } b"}, {"kind": "add", "text": "c"}]}';
const read = (text: string, finishReason: string | null = 'stop') => readStructuredAnswer(text, finishReason, SHAPE);

describe('a structured answer', () => {
  it('is read wherever it stands', () => {
    const value = {
      edits: [
        { kind: 'add', text: 'a } b' },
        { kind: 'add', text: 'c' },
      ],
    };
    for (const text of [WHOLE, `\`\`\`json\n${WHOLE}\n\`\`\``, `I thought of {this} first.\n${WHOLE}\nThat is all.`, `${WHOLE} {"note": 1}`])
      assert.deepEqual(read(text), { value }, text);
  });

  it('is mended in its form', () => {
    assert.deepEqual(read(`{edits: [{'kind': 'add', 'text': 'a',},],}`), { value: { edits: [{ kind: 'add', text: 'a' }] } });
  });

  it('is never adopted when it is cut off, wherever, and whatever the endpoint calls its end', () => {
    for (let end = 0; end < WHOLE.length; end++)
      for (const finishReason of ['stop', 'length', 'content_filter', 'tool_calls', null])
        assert.ok('problem' in read(WHOLE.slice(0, end), finishReason), `${WHOLE.slice(0, end)} ${finishReason}`);
  });

  it('says what is wrong with it', () => {
    const problemOf = (text: string, finishReason?: string) => (read(text, finishReason) as { problem: string }).problem;
    assert.match(problemOf(WHOLE, 'length'), /token limit/);
    assert.match(problemOf(WHOLE, 'content_filter'), /content filter/);
    assert.match(problemOf(WHOLE.slice(0, 40)), /not closed/);
    assert.match(problemOf('{"edits": 3}'), /does not fit the form: edits/);
    assert.match(problemOf('No idea.'), /holds no JSON object/);
  });
});
