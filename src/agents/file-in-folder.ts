// A file that a benchmark or one of its tasks names: only from the benchmark's own folder.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../core/failures.js';

/**
 * Its absolute path, links followed; undefined if it is not there.
 *
 * @param where what names it, for the message, as in `questions.jsonl, line 3`.
 * @throws WatersmeetError 'input.invalid' if it lies outside of the folder, by its name or by a link.
 */
export async function fileInFolder(folder: string, name: string, where: string): Promise<string | undefined> {
  const file = path.resolve(folder, name);
  if (path.isAbsolute(name) || !isInside(path.resolve(folder), file))
    throw new WatersmeetError('input.invalid', `${where}: "${name}" lies outside of ${folder}, and only files from there are read. Correct the name.`);
  const real = await realpath(file).catch(() => undefined);
  if (real !== undefined && !isInside(await realpath(folder), real))
    throw new WatersmeetError(
      'input.invalid',
      `${where}: ${file} is a link out of its folder (to ${real}), and only files from there are read. Put the file itself there (downloads into a folder do that; the caches of download tools hold links).`,
    );
  return real;
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
