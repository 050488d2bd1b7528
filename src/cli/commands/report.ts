// watersmeet report

import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { RunRow, Store } from '../../store/store.js';
import { renderReport } from '../../web/report.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { pickRun, withStore } from '../project.js';
import { reasonIn } from '../../core/sentences.js';

export async function report(id: string | undefined, options: CommonOptions & { readonly output?: string | undefined }): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    const file = await writeReport(store, row, options.output).catch((error: unknown) => {
      // A path that cannot be written is the person's to mend.
      if (error instanceof Error && 'syscall' in error)
        throw new WatersmeetError('input.invalid', `The report cannot be written: ${reasonIn(error)}. Name another file with --output.`, { cause: error });
      throw error;
    });
    print(options, { run: row.id, file }, () => `wrote ${options.output ?? path.relative(process.cwd(), file)}`);
  });
}

/** Returns the file's absolute path. */
export async function writeReport(store: Store, row: RunRow, output?: string): Promise<string> {
  const file = path.resolve(output ?? path.join(store.folder, 'reports', `${row.id}.html`));
  const page = await renderReport(store, row);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, page);
  await rename(`${file}.new`, file);
  return file;
}
