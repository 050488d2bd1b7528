// A model scores the output by a rubric.

import { textOf } from '../../core/json.js';
import { z } from 'zod';
import { completeInForm, completionRequest, contentText, providerRefusal, type CompletionMessage } from '../../agents/completion.js';
import { WatersmeetError } from '../../core/failures.js';
import { JUDGE_SCHEMA, JUDGE_VERSION, renderJudge, renderJudgeRepair } from '../../prompts/judge.js';
import { objectInText } from './json-in-text.js';
import type { ScoreResult, Scorer } from './scorer.js';
import { clip, quote, withoutHalfCharacters } from './text.js';

export interface JudgeSettings {
  readonly rubric: string;
}

const judgement = z.object({
  // Small models write numbers as text.
  score: z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), z.number().min(0).max(1)),
  feedback: z.string().nullish(),
});

const RESPONSE_FORMAT = {
  type: 'json_schema' as const,
  json_schema: { name: JUDGE_SCHEMA.name, strict: true, schema: JUDGE_SCHEMA.schema as Record<string, unknown> },
};

/** Characters that tokens are estimated with, on the safe side (the rule of thumb is 4). */
const CHARACTERS_PER_TOKEN = 3;

/** An answer that cannot be read gets one repair attempt; after that the judge counts as broken: it never lowers a score. */
export function judgeScorer(settings: JudgeSettings): Scorer {
  return {
    kind: 'judge',
    version: `1+${JUDGE_VERSION}`,
    usesModel: true,
    score: async ({ task, output }, session) => {
      if (session === undefined)
        throw new WatersmeetError(
          'scorer.broken',
          'The scorer "judge" needs a model, and the configuration names none for it. Set models.judge or models.optimizer.',
        );
      const { contextTokens, maxTokens } = session.settings;
      const prompt = renderJudge({
        rubric: settings.rubric,
        input: textOf(task.input),
        ...(task.expected === undefined ? {} : { expected: textOf(task.expected) }),
        output: textOf(output),
        // The rest is for the instructions, and for the repair attempt.
        characters: Math.max(1_000, (contextTokens - 2 * maxTokens - 600) * CHARACTERS_PER_TOKEN - settings.rubric.length),
      });
      const messages = [
        { role: 'system' as const, content: prompt.system },
        { role: 'user' as const, content: withoutHalfCharacters(prompt.user) },
      ];
      const ask = async (more: readonly CompletionMessage[]): Promise<string> => {
        try {
          const completion = await completeInForm(session.openai, completionRequest(session.settings, [...messages, ...more]), RESPONSE_FORMAT);
          const message = completion.choices[0]?.message;
          if (typeof message?.refusal === 'string' && message.refusal !== '') throw broken(task.id, `the model refused: ${quote(message.refusal, 200)}`);
          return contentText(message?.content) ?? '';
        } catch (error) {
          const refusal = providerRefusal(error);
          throw refusal === undefined
            ? error
            : broken(
                task.id,
                refusal.overflow
                  ? `the prompt did not fit into the context of ${contextTokens} tokens: ${refusal.sentence}`
                  : `the endpoint answered: ${refusal.sentence}`,
              );
        }
      };
      const first = await ask([]);
      const read = readJudgement(first);
      if ('score' in read) return read;
      const second = await ask([
        { role: 'assistant', content: clip(first, 2_000) },
        { role: 'user', content: renderJudgeRepair(read.problem) },
      ]);
      const again = readJudgement(second);
      if ('score' in again) return again;
      throw broken(task.id, `the model did not answer as asked, twice: ${again.problem} It answered ${quote(second, 200)}`);
    },
    close: async () => undefined,
  };
}

function readJudgement(answer: string): ScoreResult | { readonly problem: string } {
  const object = objectInText(answer);
  if (object === undefined) return { problem: answer.trim() === '' ? 'it was empty.' : 'it held no valid JSON object.' };
  const parsed = judgement.safeParse(object);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    return {
      problem:
        path === 'score' ? `"score" has to be a number from 0 to 1, and was ${JSON.stringify(object['score']) ?? 'missing'}.` : `"${path}" has to be a text.`,
    };
  }
  const { score, feedback } = parsed.data;
  return typeof feedback === 'string' && feedback.trim() !== '' ? { score, feedback: withoutHalfCharacters(feedback.trim()) } : { score };
}

function broken(taskId: string, problem: string): WatersmeetError {
  return new WatersmeetError('scorer.broken', `The judge is broken: for task "${taskId}" ${problem}. Change the rubric or the judge's model.`);
}
