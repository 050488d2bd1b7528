/**
 * A simulation, not a model: an agent that can only follow rules, and an optimizer that can only write them. With it a
 * whole run improves from 0 to what the rules allow, in milliseconds, and every answer is a function of the request.
 *
 * As the agent it looks for lines `RULE <keyword> -> <label>` anywhere in the request. Of the rules whose keyword stands in
 * the task (the last user message without its rules) the one with the longest keyword wins; without one it answers wrongly.
 * A demo (a user's turn and its answer before the task) counts as a rule with its longest word.
 *
 * As the optimizer (recognised by the schema's name, or by how the prompt begins) it reads the
 * failed tasks from the prompt and adds such a rule for each of the first three, with the longest word of the task that
 * no rule of the prompt has yet as the keyword.
 */

import { createHash } from 'node:crypto';
import type { BrainMessage, BrainRequest, TextBrain } from './brain.js';

const RULE = /RULE (.+?) -> (.+)/g;
const MAX_EDITS = 3;

export const classifier: TextBrain = (request) => (isOptimizerCall(request) ? propose(request) : classify(request));

function classify({ seed, messages }: BrainRequest): string {
  const task = (messages.findLast((message) => message.role === 'user')?.content ?? '').replace(RULE, '').toLowerCase();
  let best: Rule | undefined;
  for (const rule of [...rulesIn(messages), ...demosIn(messages)]) {
    if (task.includes(rule.keyword.toLowerCase()) && rule.keyword.length > (best?.keyword.length ?? 0)) best = rule;
  }
  return best?.label ?? `wrong-${createHash('sha256').update(`${seed} ${task}`).digest().readUInt8(0) % 5}`;
}

interface Rule {
  readonly keyword: string;
  readonly label: string;
}

function rulesIn(messages: readonly BrainMessage[]): readonly Rule[] {
  return messages.flatMap((message) =>
    [...message.content.matchAll(RULE)].map(([, keyword = '', label = '']) => ({ keyword: keyword.trim(), label: label.trim() })),
  );
}

function demosIn(messages: readonly BrainMessage[]): readonly Rule[] {
  return messages.flatMap(({ role, content }, index) => {
    const answer = messages[index + 1];
    const keyword = role === 'user' && answer?.role === 'assistant' ? longestWord(content, new Set()) : undefined;
    return keyword === undefined || answer === undefined ? [] : [{ keyword, label: answer.content }];
  });
}

function isOptimizerCall({ messages, body }: BrainRequest): boolean {
  if (JSON.stringify(body['response_format'] ?? null).includes('"watersmeet_edits"')) return true;
  // Without a form, as after an endpoint's refusal of it.
  return messages.some(({ role, content }) => role === 'user' && content.startsWith("# The agent's modules"));
}

function propose({ messages }: BrainRequest): string {
  const prompt = messages.find((message) => message.role === 'user')?.content ?? '';
  const known = new Set(rulesIn(messages).map((rule) => rule.keyword.toLowerCase()));
  const module = moduleIn(prompt);
  const edits = [];
  for (const failed of failedTasks(prompt)) {
    const keyword = longestWord(failed.text, known);
    if (keyword === undefined || edits.length === MAX_EDITS) continue;
    known.add(keyword);
    edits.push({
      kind: 'add',
      module,
      item: null,
      text: `RULE ${keyword} -> ${failed.expected}`,
      answer: null,
      reason: `Tasks with "${keyword}" are ${failed.expected}.`,
      taskIds: failed.id === undefined ? [] : [failed.id],
    });
  }
  return JSON.stringify({ edits });
}

interface FailedTask {
  readonly id?: string;
  readonly text: string;
  readonly expected: string;
}

/** From the blocks that src/prompts/propose.ts writes, or from lines `TASK <text> EXPECTED <label>`. */
function failedTasks(prompt: string): readonly FailedTask[] {
  const failed: FailedTask[] = [];
  for (const block of prompt.split(/^## Task /m).slice(1)) {
    const [, id = '', score] = /^(.+): score ([\d.]+)$/m.exec(block) ?? [];
    const [, text = ''] = /^Input: ([\s\S]*?)\nAgent's output: /m.exec(block) ?? [];
    const [, expected] = /^Expected: (.*)$/m.exec(block) ?? [];
    if (expected !== undefined && Number(score) < 1) failed.push({ id, text, expected });
  }
  for (const [, text = '', expected = ''] of prompt.matchAll(/TASK (.+?) EXPECTED (.+)/g)) failed.push({ text, expected });
  return failed;
}

/** The first playbook of the prompt. */
function moduleIn(prompt: string): string {
  return /^## (\S+) \(playbook/m.exec(prompt)?.[1] ?? 'rules';
}

function longestWord(text: string, known: ReadonlySet<string>): string | undefined {
  let longest: string | undefined;
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}-]+/gu)) {
    if (!known.has(word) && word.length > (longest?.length ?? 0)) longest = word;
  }
  return longest;
}
