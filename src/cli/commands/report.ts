// watersmeet report

import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderReport } from '../../web/report.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { pickRun, withStore } from '../project.js';

export async function report(id: string | undefined, options: CommonOptions & { readonly output?: string | undefined }): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    const file = path.resolve(options.output ?? path.join(store.folder, 'reports', `${row.id}.html`));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, await renderReport(store, row));
    await rename(`${file}.new`, file);
    print(options, { run: row.id, file }, () => `wrote ${path.relative(process.cwd(), file)}`);
  });
}
