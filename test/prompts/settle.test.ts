// Needs nothing.

import assert from 'node:assert/strict';
import { renderSettle, settleCharacters, type SettleSide } from '../../src/prompts/settle.js';

const given: SettleSide = { label: 'A', text: 'Always round up', given: true, subsets: [], tasks: [], wordings: [] };
const found: SettleSide = {
  label: 'B',
  text: 'Never round up',
  given: false,
  subsets: [1, 3],
  tasks: [
    ['', 1],
    ['air', 2],
  ],
  wordings: ['C'],
};

describe("the merger's prompt about contradictions", () => {
  it('shows the sides of each group with where they come from', () => {
    const { user } = renderSettle({ module: 'rules', kind: 'playbook', contradictions: [[given, found], [{ ...given, subsets: [1], tasks: [['', 1]] }]] });
    assert.equal(
      user,
      `# Entries of "rules"

## Group 1
A (given at the start): Always round up
B (found by 2 subsets (1, 3); taught by 3 tasks: 2 air; another wording of C): Never round up

## Group 2
A (given at the start; found by 1 subset (1); taught by 1 task): Always round up

Settle every group. JSON only.`,
    );
  });

  it('asks for no text of demos', () => {
    const { user } = renderSettle({ module: 'examples', kind: 'demos', contradictions: [[{ ...given, answer: 'yes' }]] });
    assert.match(user, /Always round up\n {3}-> yes\n/);
    assert.match(user, /worked examples/);
  });

  it('knows how long a group is', () => {
    const length = (groups: readonly (readonly SettleSide[])[]): number =>
      renderSettle({ module: 'rules', kind: 'playbook', contradictions: groups }).user.length;
    const grown = length([[given], [given, found]]) - length([[given]]);
    assert.ok(grown <= settleCharacters([given, found]));
  });
});
