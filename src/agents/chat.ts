// One chat completion per task: system message, demos as turns, question.

import type { Json } from '../core/json.js';
import type { Item } from '../core/module.js';
import type { AgentSettings } from '../core/run-settings.js';
import { AgentFailure, type Agent, type AgentContext, type AgentResult } from './agent.js';
import { complete, completionRequest, modelOf, type CompletionMessage } from './completion.js';
import { plainJson } from './plain-json.js';
import { fillTemplate, MissingField, showsOnlyInput, type TemplateValues } from './templates.js';

export { checkTemplates, taskCheck } from './templates.js';

export type ChatAgentSettings = Extract<AgentSettings, { readonly kind: 'chat' }>;

/** What the messages of a task are made of. */
export type MessageTemplates = Pick<ChatAgentSettings, 'system' | 'user' | 'demos'> & { readonly kind?: AgentSettings['kind'] };

/**
 * The output is the answer's text. An answer cut off by the token limit is scored as it is; `finishReason` in the trajectory says so. A
 * refusal, a prompt that does not fit and any other request the endpoint will not take are the agent's failures.
 *
 * @param options.stochastic whether the model may answer the same request differently (a temperature above 0).
 */
export function chatAgent(settings: ChatAgentSettings, options: { readonly stochastic?: boolean } = {}): Agent {
  return {
    kind: 'chat',
    version: '1',
    stochastic: options.stochastic ?? false,
    run: async (context) => answer(context, chatMessages(settings, context)),
  };
}

/** What stays the same comes first, so that providers can cache it: system, demos, and last the question. @throws AgentFailure. */
export function chatMessages(settings: MessageTemplates, context: Pick<AgentContext, 'task' | 'modules' | 'texts'>): readonly CompletionMessage[] {
  const values: TemplateValues = { input: context.task.input, metadata: context.task.metadata ?? {}, texts: context.texts };
  try {
    const system = fillTemplate(settings.system ?? '', values);
    const demos = settings.demos === undefined ? undefined : context.modules[settings.demos];
    const items: readonly Item[] = demos?.kind === 'demos' ? demos.items : [];
    return [
      ...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...items.flatMap((item) => [
        { role: 'user' as const, content: demoQuestion(settings.user, item) },
        { role: 'assistant' as const, content: item.answer ?? '' },
      ]),
      { role: 'user', content: fillTemplate(settings.user, values) },
    ];
  } catch (error) {
    throw error instanceof MissingField ? new AgentFailure(error.message) : error;
  }
}

/**
 * A demo's input as the question would be asked, if the template shows nothing but the input and the demo has the fields for it; else as it
 * is: modules and metadata are not repeated in every turn.
 */
function demoQuestion(template: string, item: Item): string {
  if (!showsOnlyInput(template)) return item.text;
  let input: Json = item.text;
  if (template.includes('input.')) {
    try {
      input = JSON.parse(item.text) as Json;
    } catch {
      return item.text;
    }
  }
  try {
    return fillTemplate(template, { input, metadata: {}, texts: {} });
  } catch (error) {
    if (error instanceof MissingField) return item.text;
    throw error;
  }
}

async function answer(context: AgentContext, messages: readonly CompletionMessage[]): Promise<AgentResult> {
  const asked = plainJson(messages) ?? [];
  const { message, finishReason } = await complete(context, completionRequest(modelOf(context, 'chat'), messages), () => ({ messages: asked }));
  const output = plainJson(message.content ?? '') ?? '';
  return { output, trajectory: { messages: asked, output, finishReason } };
}
