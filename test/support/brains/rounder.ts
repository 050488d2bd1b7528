/**
 * A simulation, not a model: of sea and air freight one has to be rounded up and the other not, so that subsets by category
 * learn opposite rules.
 *
 * As the agent it obeys the first rule of the request that it knows: "Always round up.", "Never round up.", or one that names
 * the kind of the task's freight ("Round up sea freight, never air freight."). As the optimizer it adds the rule that the failed
 * tasks want. As the merger it settles contradictions as the model's name says: `settles-well` names the condition,
 * `settles-badly` writes a rule that helps nobody, `rambles` answers without JSON.
 */

import type { BrainRequest, TextBrain } from './brain.js';

export const SETTLED = 'Round up sea freight, never air freight.';

export const rounder: TextBrain = (request) => {
  const form = JSON.stringify(request.body['response_format'] ?? null);
  if (form.includes('"watersmeet_edits"')) return propose(request);
  if (form.includes('"watersmeet_settlements"')) return settle(request);
  return answer(request);
};

function answer({ messages }: BrainRequest): string {
  const rules = messages.find(({ role }) => role === 'system')?.content ?? '';
  const task = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const [rule] = /Always round up\.|Never round up\.|Round up sea freight, never air freight\.|Ask the customer\./.exec(rules) ?? [];
  if (rule === 'Always round up.') return 'up';
  if (rule === 'Never round up.') return 'down';
  return rule === SETTLED ? (task.includes('sea') ? 'up' : 'down') : 'unknown';
}

function propose({ messages }: BrainRequest): string {
  const prompt = messages.find(({ role }) => role === 'user')?.content ?? '';
  const wanted = /score 0\n[\s\S]*?^Expected: (up|down)$/m.exec(prompt)?.[1];
  const text = wanted === 'up' ? 'Always round up.' : 'Never round up.';
  if (wanted === undefined) return JSON.stringify({ edits: [] });
  return JSON.stringify({ edits: [{ kind: 'add', module: 'rules', item: null, text, answer: null, reason: 'So it is here.', taskIds: [] }] });
}

function settle({ messages, body }: BrainRequest): string {
  if (body['model'] === 'rambles') return 'Both of them have a point.';
  const prompt = messages.find(({ role }) => role === 'user')?.content ?? '';
  const text = body['model'] === 'settles-well' ? SETTLED : 'Ask the customer.';
  return JSON.stringify({ settlements: [...prompt.matchAll(/^## Group (\d+)$/gm)].map(([, group]) => ({ group: Number(group), text, hold: [] })) });
}
