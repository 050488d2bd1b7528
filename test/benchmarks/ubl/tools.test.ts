// Needs nothing.

import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { toolAgent } from '../../../src/agents/react-tools.js';
import type { ToolContext } from '../../../src/agents/tool.js';
import { freightInvoices } from '../../../src/benchmarks/freight-invoices/tasks.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { documentWith } from '../../../src/benchmarks/ubl/kept-documents.js';
import { documentTools } from '../../../src/benchmarks/ubl/tools.js';
import { contextFor } from '../../agents/context.js';
import { callingTools, fakeSession } from '../../agents/fake-session.js';

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

  it('parse a document once, as long as there is room', async () => {
    const xml = (name: string) => `<a><b>${name.repeat(1_500_000)}</b></a>`;
    const first = await documentWith(xml('x'));
    assert.equal(await documentWith(xml('x')), first);
    await documentWith(xml('y'));
    assert.equal(await documentWith(xml('x')), first);
    await documentWith(xml('z'));
    assert.equal(await documentWith(xml('x')), first, 'what was asked for last stays');
    await documentWith(xml('y'));
    await documentWith(xml('z'));
    assert.notEqual(await documentWith(xml('x')), first);
    const [one, other] = await Promise.all([documentWith(xml('w')), documentWith(xml('w'))]);
    assert.equal(one, other, 'calls of one answer ask at the same time');
  });

  it('are for tasks with documents, and have no options', async () => {
    await assert.rejects(async () => call('read_path', { path: 'ID' }, {}), { failureType: 'input.invalid', message: /"t1" has no document/ });
    assert.throws(() => documentTools({ deep: true }), { failureType: 'input.invalid', message: /toolOptions has "deep"/ });
  });

  it('serve an agent that is shown a cut invoice and answers with its references', async () => {
    const invoices = freightInvoices({ invoices: 12, suppliers: 12, documentTokens: 120 });
    const [found] = invoices.flatMap((task) =>
      Array.isArray(task.expected) && task.expected.length === 2 ? [{ task, references: task.expected as string[] }] : [],
    );
    const { task, references } = found!;
    const { expected: _, ...shown } = task;
    const session = fakeSession((_request, number) => {
      if (number === 1) return callingTools(references.map((text, index) => ({ id: `c${index}`, name: 'find_elements', arguments: JSON.stringify({ text }) })));
      if (number === 2) return callingTools([{ id: 'c9', name: 'read_path', arguments: '{"path":"AccountingSupplierParty/Party/PartyName"}' }]);
      return `The references are ${JSON.stringify(references)}.`;
    });
    const settings = {
      kind: 'react',
      user: '{{input.question}}\n\n{{input.document}}',
      tools: [],
      maxSteps: 5,
      toolTimeoutSeconds: 30,
      toolResultCharacters: 2_000,
    } as const;
    const { output, trajectory } = await toolAgent(settings, { tools: documentTools({}), folder: '/nowhere' }).run(contextFor({ task: shown, session }));
    const asked = session.requests[0]!.messages[0]!.content;
    assert.match(asked, /^Which transport references.+\n\nInvoice \[cut to fit: about \d+ tokens in full/s);
    assert.ok(
      references.every((reference) => !asked.includes(reference)),
      'the references are in what was cut',
    );
    const { steps } = trajectory as { readonly steps: readonly { readonly calls?: readonly { readonly result: string }[] }[] };
    const results = steps.flatMap(({ calls = [] }) => calls.map(({ result }) => result));
    assert.equal(results.length, 3);
    for (const [index, reference] of references.entries()) assert.match(results[index]!, new RegExp(`^[A-Za-z]+(\\[\\d\\])?(/.+)?: .*${reference}`));
    assert.equal(results[2], `PartyName\n Name: ${task.category}`);
    assert.deepEqual(await createScorer({ kind: 'set', measure: 'exact' }, {}).score({ task, output, trajectory }, undefined), { score: 1 });
  });
});
