// The merger's prompt: several optimized texts of one instructions module in, one text out that keeps what each learned.

import type { RenderedPrompt } from './propose.js';

export const MERGE_VERSION = 'merge-1';

export interface MergeVariables {
  readonly module: string;
  /** The text all variants started from. */
  readonly seed: string;
  /** Sorted by parent id. */
  readonly variants: readonly { readonly parent: string; readonly text: string }[];
  readonly maxTokens: number;
}

const SYSTEM = `You merge several improved versions of one instruction text for an AI agent. Each version was improved on other tasks.
Keep every insight that holds in general, say each thing once, and settle contradictions by naming the condition under which each side holds.
Answer with JSON only: {"text": TEXT} (watersmeet_merge).`;

export function renderMerge(variables: MergeVariables): RenderedPrompt {
  const variants = variables.variants.map((variant, index) => `## Version ${index + 1}\n${variant.text}`).join('\n\n');
  return {
    system: SYSTEM,
    user: `# Where all versions started\n${variables.seed === '' ? '(empty)' : variables.seed}\n\n# The versions\n\n${variants}\n\nWrite the merged text for "${variables.module}", in at most ${variables.maxTokens} tokens. JSON only.`,
    truncated: 0,
  };
}

export const MERGE_FORM = '{"text": TEXT}';

export const MERGE_SCHEMA = {
  name: 'watersmeet_merge',
  schema: { type: 'object', additionalProperties: false, required: ['text'], properties: { text: { type: 'string' } } },
} as const;
