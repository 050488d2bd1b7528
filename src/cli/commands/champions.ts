// watersmeet promote, rollback, champions

import { WatersmeetError } from '../../core/failures.js';
import { currentProject, promoteRun, rollbackTo } from '../../client/champions.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { pickRun, withStore } from '../project.js';
import { table } from '../views/table.js';

export async function promote(id: string | undefined, options: CommonOptions & { readonly note?: string | undefined }): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    const before = await store.currentChampion(row.project);
    const champion = await promoteRun(store, row, options.note);
    const already = before?.version === champion.version;
    print(
      options,
      champion,
      () =>
        `Champion ${champion.version} of ${champion.project} is ${already ? 'already ' : ''}that of run ${row.id}${row.better === true ? '' : ' (confirm did not show it to be better)'}. Applications get it with loadChampion().`,
    );
  });
}

export async function rollback(version: string | undefined, options: CommonOptions): Promise<void> {
  if (version !== undefined && !/^\d+$/.test(version))
    throw new WatersmeetError('input.invalid', `"${version}" is no version of a champion: it takes a whole number. \`watersmeet champions\` lists them.`);
  await withStore(options, async (store) => {
    const champion = await rollbackTo(store, await currentProject(store), version === undefined ? undefined : Number(version));
    print(options, champion, () => `Champion ${champion.version} of ${champion.project}: ${champion.by}.`);
  });
}

export async function champions(options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const rows = await store.champions(await currentProject(store));
    print(options, rows, () =>
      rows.length === 0
        ? 'No champion yet: `watersmeet promote` makes one of a run.'
        : table(
            ['version', 'promoted (UTC)', 'run', 'by', 'modules', 'note'],
            rows.map((row, index) => [
              `${row.version}${index === 0 ? ' *' : ''}`,
              new Date(row.promotedAt).toISOString().slice(0, 16).replace('T', ' '),
              row.runId ?? '-',
              row.by,
              row.candidate.hash.slice(0, 8),
              row.note ?? '',
            ]),
          ),
    );
  });
}
