// The files that belong to a task: only those it names, only from the benchmark's folder.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { Task } from '../../core/task.js';
import { fileInFolder } from '../file-in-folder.js';
import type { ToolContext } from '../tool.js';

/**
 * Paths of a task's attachments, relative to the benchmark's folder: the field `attachments` of its metadata, a list of texts or of
 * objects with `path`.
 */
export function attachmentsOf(task: Pick<Task, 'metadata'>): readonly string[] {
  const listed = task.metadata?.['attachments'];
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((entry: unknown) => {
    const name: unknown = typeof entry === 'object' && entry !== null && 'path' in entry ? entry.path : entry;
    return typeof name === 'string' ? [name] : [];
  });
}

/**
 * The absolute path of an attachment, links followed.
 *
 * @param name relative to the folder.
 * @param where what names it, for the message.
 * @throws WatersmeetError 'input.invalid' if it is missing, no file, or outside of the folder, by its name or by a link.
 */
export async function attachmentFile(folder: string, name: string, where: string): Promise<string> {
  const file = await fileInFolder(folder, name, where);
  if (file === undefined)
    throw new WatersmeetError(
      'input.invalid',
      `${where}: the attached file ${path.join(folder, name)} is missing. Get the files of the benchmark again, all of them.`,
    );
  if (!(await stat(file)).isFile()) throw new WatersmeetError('input.invalid', `${where}: ${path.join(folder, name)} is no file. Get it again.`);
  return file;
}

export interface FoundAttachment {
  /** Absolute. */
  readonly file: string;
  /** What it is called in answers to the model. */
  readonly name: string;
  /** The rest of the asked path: a file in an archive. */
  readonly member: string | undefined;
}

/**
 * The attachment that a model means by a name, a path, or nothing when there is one only.
 *
 * @throws Error for the model: there is none, or none of that name. WatersmeetError 'agent.broken' if the file is gone: not the agent's fault.
 */
export async function findAttachment(context: Pick<ToolContext, 'task' | 'folder'>, asked: string | undefined): Promise<FoundAttachment> {
  const listed = attachmentsOf(context.task);
  const names = listed.map((entry) => path.posix.basename(entry)).join(', ');
  if (listed.length === 0) throw new Error('This task has no attached files.');
  const wanted = asked ?? (listed.length === 1 ? listed[0]! : '');
  for (const entry of listed) {
    for (const name of [entry, path.posix.basename(entry)]) {
      if (wanted !== name && !wanted.startsWith(`${name}/`)) continue;
      const member = wanted.slice(name.length + 1);
      const file = await attachmentFile(context.folder, entry, `Task "${context.task.id}"`).catch((error: unknown) => {
        throw new WatersmeetError('agent.broken', (error as Error).message, { cause: error });
      });
      return { file, name: path.posix.basename(entry), member: member === '' ? undefined : member };
    }
  }
  throw new Error(asked === undefined ? `Name one of the attached files: ${names}.` : `There is no attached file "${asked}". Attached: ${names}.`);
}
