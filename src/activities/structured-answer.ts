// Asks a model for JSON of a known shape: schema-checked, one repair attempt, else dropped and counted. Never adopts a
// truncated answer, whatever the endpoint calls its end.

import { jsonrepair } from 'jsonrepair';
import type { z } from 'zod';
import { completeInForm, completionRequest, contentText, providerRefusal, type CompletionMessage } from '../agents/completion.js';
import { closingBrace } from '../core/braces.js';
import type { Json } from '../core/json.js';
import { NO_USAGE, type Role, type Usage } from '../core/outcome.js';
import type { ModelSettings } from '../core/run-settings.js';
import { renderRepairAnswer, type RenderedPrompt } from '../prompts/propose.js';
import type { ActivityDependencies } from './dependencies.js';

export interface Question<T> {
  readonly runId: string;
  readonly path: string;
  readonly role: Role;
  readonly settings: ModelSettings;
  /** Names the logical use; see CallScope. */
  readonly scope: Json & object;
  readonly prompt: RenderedPrompt;
  readonly schema: { readonly name: string; readonly schema: object };
  /** How the answer looks, in the request to mend it. Default: that of edits. */
  readonly form?: string;
  readonly shape: z.ZodType<T>;
  readonly signal: AbortSignal;
}

export interface Answer<T> {
  /** Absent when both attempts were unusable. */
  readonly value?: T;
  /** Unusable answers: 0, 1 (repaired) or 2 (dropped). */
  readonly unusable: number;
  /** What was wrong with the last of them. */
  readonly problem?: string;
  readonly usage: Usage;
}

/** Throws what the infrastructure did; an unusable answer is a value. */
export async function askForJson<T>(dependencies: ActivityDependencies, question: Question<T>): Promise<Answer<T>> {
  const session = dependencies.gateway.open({
    runId: question.runId,
    scope: { role: question.role, content: question.scope as { readonly [key: string]: Json } },
    settings: question.settings,
    signal: question.signal,
  });
  const messages: CompletionMessage[] = [
    { role: 'system', content: question.prompt.system },
    { role: 'user', content: question.prompt.user },
  ];
  let unusable = 0;
  let problem: string | undefined;
  let value: T | undefined;
  try {
    for (let attempt = 0; attempt < 2 && value === undefined; attempt++) {
      const completion = await completeInForm(session.openai, completionRequest(question.settings, messages), {
        type: 'json_schema',
        json_schema: { name: question.schema.name, schema: question.schema.schema as Record<string, unknown>, strict: true },
      });
      const choice = completion.choices[0];
      const text = contentText(choice?.message.content) ?? '';
      const read = readStructuredAnswer(text, choice?.finish_reason ?? null, question.shape);
      if ('value' in read) {
        value = read.value;
        break;
      }
      unusable++;
      problem = read.problem;
      messages.push({ role: 'assistant', content: text }, { role: 'user', content: renderRepairAnswer(read.problem, question.form) });
    }
  } catch (error) {
    const outage = session.infrastructureError();
    if (outage !== undefined) throw outage;
    // The endpoint refuses this very request (too long, a field it does not know): no answer, and shown as such.
    const refusal = providerRefusal(error);
    if (refusal === undefined) throw error;
    unusable++;
    problem = `the endpoint refused the request: ${refusal.sentence}`;
  }
  await dependencies.store.putUses(session.uses().map((use) => ({ runId: question.runId, path: question.path, role: question.role, ...use })));
  return {
    ...(value === undefined ? {} : { value }),
    unusable,
    ...(problem === undefined ? {} : { problem }),
    usage: { ...NO_USAGE, ...session.usage(), rollouts: 0 },
  };
}

/**
 * The last object in an answer that has the shape. Small mistakes of form (a comma too many, single quotes) are mended; what is
 * missing never is: an object that is not closed is the beginning of an answer.
 */
export function readStructuredAnswer<T>(text: string, finishReason: string | null, shape: z.ZodType<T>): { readonly value: T } | { readonly problem: string } {
  if (finishReason === 'length') return { problem: 'it was cut off at the token limit.' };
  if (finishReason === 'content_filter') return { problem: 'it was withheld or cut off by the content filter.' };
  let problem = 'it holds no JSON object.';
  const objects: string[] = [];
  for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
    const end = closingBrace(text, start);
    if (end === -1) return { problem: 'it was cut off: its JSON object is not closed.' };
    objects.push(text.slice(start, end + 1));
    start = end;
  }
  for (const object of objects.toReversed()) {
    try {
      const checked = shape.safeParse(JSON.parse(jsonrepair(object)));
      if (checked.success) return { value: checked.data };
      const issue = checked.error.issues[0];
      problem = `it does not fit the form: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`;
    } catch {
      problem = 'it is not JSON.';
    }
  }
  return { problem };
}
