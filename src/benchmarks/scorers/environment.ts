// The score that an environment gave: the output is what the harness made of the episode, never what a model said.

import { textOf, type Json, type JsonObject } from '../../core/json.js';
import type { Scorer } from './scorer.js';
import { clip, quote } from './text.js';

/** Actions that the feedback tells, and characters of each. */
const LAST_ACTIONS = 5;
const SHOWN = 200;

/** Of outputs {score, steps, done}, as agents in environments have them. Tasks need no expected answer. */
export function environmentScorer(): Scorer {
  return {
    kind: 'environment',
    version: '1',
    usesModel: false,
    score: async ({ output, trajectory }) => {
      const { score, steps, done } = fields(output);
      if (typeof score !== 'number' || !(score >= 0 && score <= 1))
        return { score: 0, feedback: `The output is no result of an episode, {score, steps, done}: ${quote(textOf(output))}.` };
      if (score === 1) return { score };
      const worth = `the score is ${Number(score.toFixed(3))}`;
      const counted = typeof steps === 'number' ? `${steps} ${steps === 1 ? 'step' : 'steps'}` : 'the steps it took';
      const end = done === true ? `The episode ended after ${counted}, and ${worth}.` : `Not solved within ${counted}: ${worth}.`;
      return { score, feedback: `${end}${lastActions(trajectory)}` };
    },
    close: async () => undefined,
  };
}

function lastActions(trajectory: Json): string {
  const { steps } = fields(trajectory);
  if (!Array.isArray(steps)) return '';
  const last = (steps as readonly Json[]).slice(-LAST_ACTIONS).map(fields);
  const actions = last.flatMap(({ action }) => (typeof action === 'string' ? [quote(action, SHOWN)] : []));
  if (actions.length === 0) return '';
  const observation = last.at(-1)?.['observation'];
  const told = typeof observation === 'string' && observation !== '' ? ` The last observation was: ${clip(observation, SHOWN)}` : '';
  return ` ${actions.length === 1 ? 'The last action was' : 'The last actions were'} ${actions.join(', ')}.${told}`;
}

function fields(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
