// The optimizer's prompt: present modules, trajectories with feedback, and failed edits in; at most N edits out.

import type { Edit, RejectedEdit } from '../core/edit.js';
import type { Json } from '../core/json.js';
import type { Module } from '../core/module.js';
import { transcriptText, type Transcript } from '../core/transcript.js';
import { editLines } from './edit-forms.js';

export const PROPOSE_VERSION = 'propose-2';

export interface ProposeTrajectory {
  readonly taskId: string;
  readonly input: string;
  readonly expected?: string;
  readonly output: string;
  /** What an agent with steps did, step by step; the middle is cut out when it is too long. */
  readonly steps?: Transcript;
  /** In [0, 1]. */
  readonly score: number;
  readonly feedback?: string;
}

export interface ProposeVariables {
  readonly modules: readonly Module[];
  readonly maxTokens: Readonly<Record<string, number>>;
  readonly maxEdits: number;
  /** Sorted by task id. */
  readonly trajectories: readonly ProposeTrajectory[];
  readonly failedEdits: readonly Edit[];
  /** Of the latest proposal that was not accepted. */
  readonly rejectedEdits: readonly RejectedEdit[];
  /** Characters the trajectories may take in all; each is cut to an equal share of it. */
  readonly trajectoryCharacters: number;
}

export interface RenderedPrompt {
  readonly system: string;
  readonly user: string;
  /** Trajectories that were cut or left out to fit: counted and shown. */
  readonly truncated: number;
}

const CUT = ' [cut]';
/** Characters shown of an edit that could not be applied. */
const REJECTED_CHARACTERS = 400;
/** Characters of the words around cut steps. */
const CUT_NOTE = 60;

function systemOf(modules: readonly Module[]): string {
  const has = (kind: Module['kind']) => modules.some((module) => module.kind === kind);
  return [
    'You improve an AI agent by editing the text modules that steer it. Its model and its code stay as they are.',
    '',
    'Answer with JSON only, of the form {"edits": [...]} (watersmeet_edits). Each edit is one of',
    editLines(modules),
    '',
    'Rules:',
    ...(has('instructions') ? ['- "rewrite" replaces the whole text of a module: write all of it, with what is new worked in.'] : []),
    ...(has('demos') ? ['- In a demo, "text" is an input and "answer" the right output.'] : []),
    '- Find what the failures have in common. Write what holds for new tasks of the same kind, not for the ids, names or numbers of these.',
    '- Keep what works: the tasks that succeed now have to succeed afterwards.',
    '- Name in "taskIds" the tasks that taught you the edit. Be specific and short. Do not repeat an edit that failed before.',
  ].join('\n');
}

/** Renders the prompt; a function of its variables alone. */
export function renderPropose(variables: ProposeVariables): RenderedPrompt {
  const share = Math.max(200, Math.floor(variables.trajectoryCharacters / Math.max(1, variables.trajectories.length)));
  let truncated = 0;
  let room = variables.trajectoryCharacters;
  const tasks: string[] = [];
  for (const trajectory of variables.trajectories) {
    const whole = renderTrajectory(trajectory, Infinity);
    const text = whole.length > share ? cut(trajectory, share) : whole;
    if (text.length > room) {
      truncated++;
      continue;
    }
    if (text !== whole) truncated++;
    room -= text.length;
    tasks.push(text);
  }
  const parts = [
    `# The agent's modules\n\n${variables.modules.map((module) => renderModule(module, variables.maxTokens[module.name])).join('\n\n')}`,
    `# What the agent did\n\n${tasks.join('\n\n')}`,
  ];
  if (variables.failedEdits.length > 0) {
    parts.push(
      `# Edits that were tried and rolled back, because the score did not rise\n\n${variables.failedEdits.map((edit) => `- ${JSON.stringify(withoutTasks(edit))}`).join('\n')}`,
    );
  }
  if (variables.rejectedEdits.length > 0) {
    parts.push(
      `# Edits that could not be applied\n\n${variables.rejectedEdits.map(({ edit, reason }) => `- ${shortened(JSON.stringify(withoutTasks(edit)))}: ${reason}`).join('\n')}`,
    );
  }
  parts.push(`Propose at most ${variables.maxEdits} edits, the most useful first. JSON only.`);
  return { system: systemOf(variables.modules), user: parts.join('\n\n'), truncated };
}

/** The request for the one repair attempt. */
export function renderRepairAnswer(problem: string, form = '{"edits": [...]}'): string {
  return `Your answer could not be used: ${problem} Answer again, with the complete JSON object ${form} only, shorter than before.`;
}

function renderModule(module: Module, maxTokens: number | undefined): string {
  const head = `## ${module.name} (${module.kind}${maxTokens === undefined ? '' : `, at most ${maxTokens} tokens`})`;
  if (module.kind === 'instructions') return `${head}\n${module.text === '' ? '(empty)' : module.text}`;
  if (module.items.length === 0) return `${head}\n(empty)`;
  return `${head}\n${module.items.map((item) => `[${item.id}] ${item.text}${item.answer === undefined ? '' : `\n  -> ${item.answer}`}`).join('\n')}`;
}

/** What was done gives way first; input, answer and feedback are kept as far as they fit. */
function cut(trajectory: ProposeTrajectory, characters: number): string {
  const { steps, ...rest } = trajectory;
  const head = renderTrajectory(rest, 0);
  if (steps === undefined || head.length > characters) return `${head.slice(0, Math.max(0, characters - CUT.length))}${CUT}`;
  return renderTrajectory(trajectory, Math.max(0, characters - head.length - CUT_NOTE));
}

/** @param stepCharacters what the steps may take. */
function renderTrajectory(trajectory: ProposeTrajectory, stepCharacters: number): string {
  const lines = [
    `## Task ${trajectory.taskId}: score ${Number(trajectory.score.toFixed(3))}`,
    `Input: ${trajectory.input}`,
    `Agent's output: ${trajectory.output}`,
  ];
  if (trajectory.expected !== undefined) lines.push(`Expected: ${trajectory.expected}`);
  if (trajectory.feedback !== undefined && trajectory.feedback !== '') lines.push(`Feedback: ${trajectory.feedback}`);
  if (trajectory.steps !== undefined) lines.push(`What it did:\n${transcriptText(trajectory.steps, stepCharacters)}`);
  return lines.join('\n');
}

/** Enough to know it by. */
function shortened(edit: string): string {
  return edit.length > REJECTED_CHARACTERS ? `${edit.slice(0, REJECTED_CHARACTERS)}${CUT}` : edit;
}

function withoutTasks(edit: Edit): Json {
  const { taskIds: _, reason: __, ...rest } = edit;
  return rest;
}
