// watersmeet init

import path from 'node:path';
import { writeStarter } from '../../config/starter.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { programName } from '../typed.js';

export async function init(folder: string, options: CommonOptions): Promise<void> {
  const { files } = await writeStarter(path.resolve(folder));
  const there = folder === '.' ? '' : `cd ${folder} && `;
  print(
    options,
    { written: files },
    () =>
      `${files.map((file) => `wrote ${path.relative(process.cwd(), file)}`).join('\n')}\n\nNext:\n  ${there}${programName()} optimize --dry-run   what a run will do\n  ${there}${programName()} optimize             run it (local model, no key)`,
  );
}
