// What an agent with steps did, as text: for the optimizer, the evaluator, worked examples and the report. Pure.

import { textOf, type Json, type JsonObject } from './json.js';

/** A trajectory of steps, taken apart so that it can become a worked example. */
export interface Transcript {
  /** What the agent was told before its first step; empty when that is the task's input. */
  readonly opening: string;
  /** The steps, one after another: `> action` lines and observations, or calls of tools and their results. */
  readonly steps: string;
}

/**
 * Of trajectories of the form {observation?, steps: [...]}, where a step has `action` and `observation`, or `text` and `calls` of
 * {tool, arguments, result}; function agents may leave such trajectories as well. Undefined for all others.
 */
export function transcriptOf(trajectory: Json): Transcript | undefined {
  if (!isObject(trajectory) || !Array.isArray(trajectory['steps'])) return undefined;
  const steps = (trajectory['steps'] as readonly Json[]).flatMap((step) => (isObject(step) ? stepLines(step) : []));
  if (steps.length === 0) return undefined;
  return { opening: shown(trajectory['observation']), steps: steps.join('\n') };
}

/** Opening and steps as one text, cut in the middle when it is longer than that many characters: how it ended says most. */
export function transcriptText({ opening, steps }: Transcript, characters = Infinity): string {
  const whole = opening === '' ? steps : `${opening}\n${steps}`;
  if (whole.length <= characters) return whole;
  const head = Math.floor(characters / 3);
  const tail = Math.max(0, Math.floor(characters) - head);
  return `${whole.slice(0, head)}\n[${whole.length - head - tail} characters cut]\n${tail === 0 ? '' : whole.slice(-tail)}`;
}

function stepLines(step: JsonObject): readonly string[] {
  const lines: string[] = [];
  if (typeof step['action'] === 'string') lines.push(`> ${step['action']}`);
  if (typeof step['text'] === 'string' && step['text'] !== '') lines.push(step['text']);
  if (Array.isArray(step['calls']))
    for (const call of step['calls'] as readonly Json[])
      if (isObject(call)) lines.push(`> ${shown(call['tool'])} ${shown(call['arguments'])}`.trimEnd(), shown(call['result']));
  if (typeof step['observation'] === 'string') lines.push(step['observation']);
  return lines;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: Json | undefined): string {
  return value === undefined ? '' : textOf(value);
}
