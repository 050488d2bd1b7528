// {{placeholders}} of an agent's messages.

import { WatersmeetError } from '../core/failures.js';
import { textOf, type Json } from '../core/json.js';
import type { Module } from '../core/module.js';
import type { Task } from '../core/task.js';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const RESERVED: readonly string[] = ['input', 'metadata'];

/** What is checked: the templates of an agent of any kind. */
export interface Templates {
  readonly system?: string;
  readonly user: string;
  /** A demos module, or one for each category. */
  readonly demos?: string | { readonly [category: string]: string };
  /** Of an agent in an environment: its first observation is there to be shown. */
  readonly environment?: string;
}

/** What a template may show. */
export interface TemplateValues {
  /** What the environment told first, for agents in one. */
  readonly observation?: string;
  readonly input: Json;
  readonly metadata: { readonly [key: string]: Json };
  readonly texts: Readonly<Record<string, string>>;
}

/** Names of the placeholders of a template, in order. */
export function placeholders(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!.trim());
}

/** The template filled in once: what is put in is not looked through for placeholders. @throws MissingField. */
export function fillTemplate(template: string, values: TemplateValues): string {
  return template.replaceAll(PLACEHOLDER, (_, inner: string) => {
    const name = inner.trim();
    if (Object.hasOwn(values.texts, name)) return values.texts[name]!;
    const value = taskValue(name, values);
    if (value === undefined) throw new MissingField(name);
    return textOf(value);
  });
}

export class MissingField extends Error {
  readonly field: string;

  constructor(field: string) {
    super(`the task has no "${field}", which the agent's template shows`);
    this.name = 'MissingField';
    this.field = field;
  }
}

function taskValue(name: string, values: Omit<TemplateValues, 'texts'>): Json | undefined {
  if (name === 'input') return values.input;
  if (name === 'observation') return values.observation;
  const [root, ...path] = name.split('.');
  let value: Json | undefined = root === 'input' ? values.input : values.metadata;
  for (const [index, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return undefined;
    const whole = path.slice(index).join('.');
    // A field's own name may have points.
    if (Object.hasOwn(value, whole)) return (value as { readonly [key: string]: Json })[whole];
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as { readonly [key: string]: Json })[key];
  }
  return value;
}

function isTaskPlaceholder(name: string): boolean {
  return name === 'input' || /^(?:input|metadata)\../.test(name);
}

/** Whether a template shows nothing but the task's input: demos then look like the question. */
export function showsOnlyInput(template: string): boolean {
  return placeholders(template).every((name) => name === 'input' || name.startsWith('input.'));
}

/**
 * Asked when the configuration is read, and again with the tasks, whose fields are then looked up.
 *
 * @throws WatersmeetError 'input.invalid': an unknown or misspelt placeholder, a module that the agent would never see, a template that never
 * shows the task, a demos module that is none, or a task without a field that is shown.
 */
export function checkTemplates(settings: Templates, modules: readonly Module[], tasks: Iterable<Pick<Task, 'id' | 'input' | 'metadata'>> = []): void {
  const names = modules.map((module) => module.name);
  const listed = names.length === 0 ? 'there are no modules' : `modules: ${names.join(', ')}`;
  const observed = settings.environment === undefined ? [] : ['observation'];
  const reserved = names.find((name) => RESERVED.includes(name) || observed.includes(name));
  if (reserved !== undefined) throw invalid(`A module is called "${reserved}", which is the task's own word in templates. Rename the module.`);

  const isShown = (name: string) => isTaskPlaceholder(name) || observed.includes(name);
  const task = ['{{input}}', '{{input.field}}', '{{metadata.field}}', ...observed.map((name) => `{{${name}}}`)].join(', ');
  const templates = [
    ['agent.system', settings.system ?? ''],
    ['agent.user', settings.user],
  ] as const;
  for (const [where, template] of templates) {
    for (const name of placeholders(template)) {
      if (isShown(name) || names.includes(name)) continue;
      throw invalid(`${where} has the unknown placeholder {{${name}}}. Use ${task} or the name of a module (${listed}).`);
    }
    const rest = template.replaceAll(PLACEHOLDER, '');
    const open = rest.match(/\{\{[^{}]{0,40}/);
    if (open !== null)
      throw invalid(
        `${where} has a placeholder that is not closed: ${open[0].trim()}. Write {{name}}; text with double braces of its own belongs into a module.`,
      );
  }

  const shown = templates.flatMap(([, template]) => placeholders(template));
  if (!shown.some(isShown))
    throw invalid(`Neither agent.system nor agent.user shows the task. Put ${observed.length === 0 ? '{{input}}' : '{{observation}}'} into agent.user.`);
  const demos = typeof settings.demos === 'string' ? [settings.demos] : Object.values(settings.demos ?? {});
  for (const name of demos) {
    const module = modules.find((candidate) => candidate.name === name);
    if (module === undefined) throw invalid(`agent.demos names the module "${name}", which does not exist (${listed}).`);
    if (module.kind !== 'demos') throw invalid(`agent.demos names the module "${name}", which is of the kind ${module.kind}. Name a module of the kind demos.`);
  }
  const unseen = modules.find((module) => !demos.includes(module.name) && !shown.includes(module.name));
  if (unseen !== undefined) {
    const how =
      unseen.kind === 'demos'
        ? `Set agent.demos to "${unseen.name}", or put {{${unseen.name}}} into agent.system.`
        : `Put {{${unseen.name}}} into agent.system or agent.user.`;
    throw invalid(`The agent never sees the module "${unseen.name}". ${how}`);
  }

  const checkTask = taskCheck(settings, modules);
  for (const task of tasks) checkTask(task);
}

/** Whether a task has the fields that the templates show, asked of one task after another. Throws as `checkTemplates`. */
export function taskCheck(settings: Templates, modules: readonly Module[]): (task: Pick<Task, 'id' | 'input' | 'metadata'>) => void {
  const names = modules.map((module) => module.name);
  const shown = new Set([...placeholders(settings.system ?? ''), ...placeholders(settings.user)]);
  const fields = [...shown].filter((name) => isTaskPlaceholder(name) && name !== 'input' && !names.includes(name));
  return (task) => {
    const missing = fields.find((name) => taskValue(name, { input: task.input, metadata: task.metadata ?? {} }) === undefined);
    if (missing === undefined) return;
    throw invalid(
      `Task "${task.id}" has no "${missing}", which the agent's template shows. Add it to the benchmark, or take {{${missing}}} out of the template.`,
    );
  };
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
