// Needs nothing.

import assert from 'node:assert/strict';
import OpenAI from 'openai';
import type { ToolContext } from '../../../src/agents/tool.js';
import { documentTools } from '../../../src/benchmarks/ubl/tools.js';

const LINES = Array.from({ length: 60 }, (_, index) => `<Line><ID>${index + 1}</ID><Note>freight of week ${index + 1}</Note></Line>`).join('');
const XML = `<Invoice><ID scheme="own">I-7</ID><Party><Name>Arden</Name></Party>${LINES}</Invoice>`;

describe('tools on documents', () => {
  const call = (name: string, args: Readonly<Record<string, unknown>>, metadata: { readonly [key: string]: string } = { xml: XML }) => {
    const context: ToolContext = {
      task: { id: 't1', input: 'Q', metadata },
      folder: '/nowhere',
      signal: new AbortController().signal,
      openai: new OpenAI({ apiKey: 'none' }),
      model: { model: 'm', endpoint: 'local', contextTokens: 1, maxTokens: 1, temperature: 0, concurrency: 1, timeoutSeconds: 1 },
      now: () => 0,
      random: () => 0,
    };
    return documentTools({})
      .find((tool) => tool.name === name)!
      .run(args, context);
  };

  it('find elements by name and text', async () => {
    assert.equal(await call('find_elements', { name: 'party' }), 'Party (1 element)');
    assert.equal(await call('find_elements', { name: 'id', text: 'OWN' }), 'ID: I-7');
    assert.equal(await call('find_elements', { text: 'week 60' }), 'Line[60]/Note: freight of week 60');
    assert.equal(await call('find_elements', { text: 'nowhere' }), 'There is no such element.');
    assert.equal(await call('find_elements', {}), 'Give a part of a name, of a text, or both.');
    assert.match(String(await call('find_elements', { name: 'note' })), /\nLine\[40\]\/Note: freight of week 40\n\[20 more: ask for less\]$/);
  });

  it('read what is at a path, within bounds', async () => {
    assert.equal(await call('read_path', { path: 'Line[2]' }), 'Line\n ID: 2\n Note: freight of week 2');
    assert.equal(await call('read_path', { path: 'Line[ID=3]/Note' }), 'Note: freight of week 3');
    assert.equal(await call('read_path', { path: 'Nothing' }), 'There is nothing at Nothing. The root has ID, Party, Line.');
    assert.match(String(await call('read_path', { path: 'Line[' })), /is no path/);
    const all = String(await call('read_path', { path: 'Line' }));
    assert.ok(all.length < 6_100, `${all.length}`);
  });

  it('are for tasks with documents, and have no options', async () => {
    await assert.rejects(async () => call('read_path', { path: 'ID' }, {}), { failureType: 'input.invalid', message: /"t1" has no document/ });
    assert.throws(() => documentTools({ deep: true }), { failureType: 'input.invalid', message: /toolOptions has "deep"/ });
  });
});
