// Needs nothing.

import assert from 'node:assert/strict';
import { modulesAsText } from '../../src/core/modules-as-text.js';
import type { Module } from '../../src/core/module.js';

describe('modulesAsText', () => {
  const modules: readonly Module[] = [
    { kind: 'instructions', name: 'guide', text: 'Be brief.\n', origins: [] },
    {
      kind: 'playbook',
      name: 'rules',
      items: [
        { id: 'secret-1', text: ' One.\nStill one. ', origins: [] },
        { id: 'secret-2', text: 'Two.', origins: [] },
      ],
    },
    {
      kind: 'demos',
      name: 'examples',
      items: [
        { id: 'secret-3', text: 'Q1', answer: 'A1', origins: [] },
        { id: 'secret-4', text: 'Q2', origins: [] },
      ],
    },
    { kind: 'playbook', name: '__proto__', items: [] },
  ];

  it('shows instructions as they are, playbooks as lists, demos as blocks', () => {
    const texts = modulesAsText(modules);
    assert.equal(texts['guide'], 'Be brief.\n');
    assert.equal(texts['rules'], '- One.\n  Still one.\n- Two.');
    assert.equal(texts['examples'], 'Input: Q1\nOutput: A1\n\nInput: Q2\nOutput: ');
    assert.deepEqual(Object.keys(texts), ['guide', 'rules', 'examples', '__proto__']);
  });

  it('shows no item ids, which the hash of a candidate does not cover', () => {
    assert.doesNotMatch(JSON.stringify(modulesAsText(modules)), /secret/);
  });
});
