// The evaluator's prompt: reads one trajectory, says in words what went wrong and which items helped or hurt.

import type { Module } from '../core/module.js';
import type { RenderedPrompt } from './propose.js';

export const EVALUATE_VERSION = 'evaluate-1';

export interface EvaluateVariables {
  readonly modules: readonly Module[];
  readonly input: string;
  readonly expected?: string;
  /** The trajectory as text, already cut to what fits. */
  readonly trajectory: string;
  readonly score: number;
  readonly scorerFeedback?: string;
}

const SYSTEM = `You evaluate one attempt of an AI agent at one task. Answer with JSON only:
{"feedback": TEXT, "helped": [ITEM_IDS], "hurt": [ITEM_IDS]} (watersmeet_feedback).
"feedback": two to four sentences: where the attempt first went wrong and what general advice would have prevented it.
"helped" and "hurt": ids of the module items that visibly helped or misled this attempt; leave them empty when you cannot tell.`;

export function renderEvaluate(variables: EvaluateVariables): RenderedPrompt {
  const items = variables.modules.flatMap((module) => (module.kind === 'instructions' ? [] : module.items.map((item) => `[${item.id}] ${item.text}`)));
  const parts = [
    items.length > 0 ? `# Items the agent was given\n${items.join('\n')}` : undefined,
    `# Task\n${variables.input}`,
    variables.expected === undefined ? undefined : `# Expected\n${variables.expected}`,
    `# Attempt (score ${Number(variables.score.toFixed(3))})\n${variables.trajectory}`,
    variables.scorerFeedback === undefined ? undefined : `# What the scorer said\n${variables.scorerFeedback}`,
    'JSON only.',
  ];
  return { system: SYSTEM, user: parts.filter((part) => part !== undefined).join('\n\n'), truncated: 0 };
}

export const EVALUATE_SCHEMA = {
  name: 'watersmeet_feedback',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['feedback', 'helped', 'hurt'],
    properties: { feedback: { type: 'string' }, helped: { type: 'array', items: { type: 'string' } }, hurt: { type: 'array', items: { type: 'string' } } },
  },
} as const;
