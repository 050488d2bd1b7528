// An agent that acts in an environment, one line of text a step, and may think in between (ReAct, Yao et al., arXiv 2210.03629).

import type OpenAI from 'openai';
import type { Item } from '../core/module.js';
import type { ReactEnvironmentSettings } from '../core/run-settings.js';
import { AgentFailure, type Agent, type AgentContext } from './agent.js';
import { complete, completionRequest, modelOf } from './completion.js';
import { versionWith, type EnvironmentFactory, type EnvironmentState } from './environment.js';
import { playEpisode, type Episode } from './episode.js';
import { plainJson } from './plain-json.js';
import { fillTemplate, MissingField } from './templates.js';

/** As published: thoughts are steps of the limit, are answered with this word, and change nothing. */
const THOUGHT = /^think:/;
const ANSWER_TO_THOUGHTS = 'OK.';

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * The conversation: system message, then worked examples and what the environment tells first, then one assistant message an action (`> go to
 * desk 1`) and one user message an observation. So a call repeats the one before it and adds two messages, which providers can cache. The first line of an answer is
 * the action, without a leading `>`; what follows it is not read. Output and score are made by the harness (episode.ts).
 *
 * @param options.stochastic whether the model may answer the same request differently.
 */
export function environmentAgent(settings: ReactEnvironmentSettings, environment: EnvironmentFactory, options: { readonly stochastic?: boolean } = {}): Agent {
  return {
    kind: 'react',
    version: versionWith('1', environment),
    stochastic: options.stochastic ?? false,
    run: (context) =>
      playEpisode(context, {
        environment,
        maxSteps: settings.maxSteps,
        answerInstead: (action) => (THOUGHT.test(action) ? ANSWER_TO_THOUGHTS : undefined),
        act: (episode) => nextAction(context, settings, episode),
      }),
  };
}

async function nextAction(context: AgentContext, settings: ReactEnvironmentSettings, episode: Episode): Promise<string> {
  const body: OpenAI.ChatCompletionCreateParamsNonStreaming = {
    ...(settings.stopAtLine ? { stop: ['\n'] } : {}),
    ...completionRequest(modelOf(context, 'react'), []),
    messages: episodeMessages(context, settings, episode),
  };
  const { message } = await complete(context, body, () => ({ observation: episode.observation, steps: plainJson(episode.steps) ?? [] }));
  return actionOf(message.content ?? '');
}

/** The first line that is not empty, without the sign of the prompt. */
function actionOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return plainJson(line.replace(/^(?:>\s*)+/, '').trim()) as string;
}

function episodeMessages(context: AgentContext, settings: ReactEnvironmentSettings, episode: Episode): OpenAI.ChatCompletionMessageParam[] {
  const { steps, state } = episode;
  const told = (observation: string, isLast: boolean) => (isLast && settings.showActions ? withActions(observation, state) : observation);
  return [
    ...opening(context, settings, told(episode.observation, steps.length === 0)),
    ...steps.flatMap(({ action, observation }, index) => [
      { role: 'assistant' as const, content: `> ${action}` },
      { role: 'user' as const, content: told(observation, index === steps.length - 1) },
    ]),
  ];
}

/** @throws AgentFailure when the task lacks a field that a template shows. */
function opening(context: AgentContext, settings: ReactEnvironmentSettings, observation: string): OpenAI.ChatCompletionMessageParam[] {
  const values = { input: context.task.input, metadata: context.task.metadata ?? {}, texts: context.texts, observation };
  try {
    const system = fillTemplate(settings.system ?? '', values);
    const user = fillTemplate(settings.user, values);
    return [
      ...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: `${examples(context, settings)}${user}` },
    ];
  } catch (error) {
    throw error instanceof MissingField ? new AgentFailure(error.message) : error;
  }
}

/** The worked examples of the task's category, in the words of the published prompts. */
function examples({ task, modules }: AgentContext, { demos }: ReactEnvironmentSettings): string {
  const name = typeof demos === 'string' || demos === undefined ? demos : demos[task.category ?? ''];
  const module = name === undefined ? undefined : modules[name];
  const items: readonly Item[] = module?.kind === 'demos' ? module.items : [];
  if (items.length === 0) return '';
  const intro = items.length === 1 ? 'Here is one example.' : `Here are ${NUMBERS[items.length] ?? items.length} examples.`;
  return `${intro}\n${items.map((item) => `${item.text}\n${item.answer ?? ''}`.trim()).join('\n\n')}\n\nHere is the task.\n`;
}

/** Of the latest observation only: the list is long, and says nothing any more once something has been done. */
function withActions(observation: string, { admissible }: EnvironmentState): string {
  return admissible === undefined ? observation : `${observation}\nPossible actions: ${admissible.join(', ')}`;
}
