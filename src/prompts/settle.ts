// The prompt that puts contradictions to the merger: entries of one module that several optimized candidates brought, which
// seem to rule each other out; a text in their place, or which of them hold, comes back.

import type { ItemKind } from '../core/items.js';
import type { RenderedPrompt } from './propose.js';

export const SETTLE_VERSION = 'settle-1';

export interface SettleSide {
  readonly label: string;
  readonly text: string;
  readonly answer?: string;
  /** Whether it was given before anything was learned. */
  readonly given: boolean;
  /** Numbers of the subsets that found it, within this contradiction: who found two sides has the same number in both. */
  readonly subsets: readonly number[];
  /** How many tasks taught it, by category, sorted by category; '' where a task has none. */
  readonly tasks: readonly (readonly [category: string, count: number])[];
  /** Labels of other wordings of the same entry. */
  readonly wordings: readonly string[];
}

export interface SettleVariables {
  readonly module: string;
  readonly kind: ItemKind;
  readonly contradictions: readonly (readonly SettleSide[])[];
}

const SYSTEM = `Copies of one AI agent were improved apart from each other, each on other tasks. What they learned for one module is being merged. Each group below holds entries that seem to contradict each other. Settle every group, in one of two ways:
- "text": one entry in place of all entries of the group, that says when which of them holds. Take this way when you can name the condition; where entries were learned on other kinds of tasks, that often is the condition.
- "hold": the letters of the entries that hold as they are; the others of the group go. Name all letters if they do not contradict each other after all, and one if it is right and the others are wrong. Of several wordings of one entry at most one can hold.

Answer with JSON only, of the form {"settlements": [{"group": NUMBER, "text": TEXT or null, "hold": [LETTERS]}]} (watersmeet_settlements). Keep the form in which the entries are written, for the agent depends on it. Be specific and short.`;

export function renderSettle({ module, kind, contradictions }: SettleVariables): RenderedPrompt {
  const groups = contradictions.map((sides, index) => `## Group ${index + 1}\n${sides.map(renderSide).join('\n')}`);
  const demos = kind === 'demos' ? ' They are worked examples, input and answer: do not write any ("text" is null), say which hold.' : '';
  return { system: SYSTEM, user: `# Entries of "${module}"\n\n${groups.join('\n\n')}\n\nSettle every group.${demos} JSON only.`, truncated: 0 };
}

/** Characters that a contradiction takes in the prompt. */
export function settleCharacters(sides: readonly SettleSide[]): number {
  return sides.reduce((sum, side) => sum + renderSide(side).length + 1, 20);
}

function renderSide({ label, text, answer, given, subsets, tasks, wordings }: SettleSide): string {
  const found = subsets.length === 0 ? '' : `found by ${counted(subsets.length, 'subset')} (${subsets.join(', ')})`;
  const total = tasks.reduce((sum, [, count]) => sum + count, 0);
  const kinds = tasks.filter(([category]) => category !== '').map(([category, count]) => `${count} ${category}`);
  const parts = [
    given ? 'given at the start' : '',
    found,
    total === 0 ? '' : `taught by ${counted(total, 'task')}${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}`,
    wordings.length === 0 ? '' : `another wording of ${wordings.join(', ')}`,
  ].filter((part) => part !== '');
  return `${label} (${parts.join('; ')}): ${text}${answer === undefined ? '' : `\n   -> ${answer}`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export const SETTLE_FORM = '{"settlements": [...]}';

export const SETTLE_SCHEMA = {
  name: 'watersmeet_settlements',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['settlements'],
    properties: {
      settlements: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['group', 'text', 'hold'],
          properties: {
            group: { type: 'integer' },
            text: { type: ['string', 'null'] },
            hold: { type: 'array', items: { type: 'string' } },
          },
        },
      },
    },
  },
} as const;
