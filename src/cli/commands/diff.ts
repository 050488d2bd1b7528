// watersmeet diff

import { diffLines } from 'diff';
import pc from 'picocolors';
import { moduleAsText } from '../../core/modules-as-text.js';
import { WatersmeetError } from '../../core/failures.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { pickRun, withStore } from '../project.js';

export async function diff(id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    if (row.champion === undefined) throw new WatersmeetError('input.invalid', `The run "${row.id}" has no champion yet: it is ${row.status}.`);
    const [seed, champion] = await Promise.all([store.getCandidate(row.input.seed.document), store.getCandidate(row.champion.document)]);
    const changes = champion.modules.map((module, index) => ({
      module: module.name,
      kind: module.kind,
      changes: diffLines(ended(moduleAsText(seed.modules[index]!)), ended(moduleAsText(module))),
    }));
    print(options, { run: row.id, modules: changes }, () =>
      changes
        .map(({ module, kind, changes: parts }) => {
          const lines = parts.flatMap((part) =>
            part.value
              .replace(/\n$/, '')
              .split('\n')
              .map((line) => (part.added ? pc.green(`+ ${line}`) : part.removed ? pc.red(`- ${line}`) : `  ${line}`)),
          );
          return [pc.bold(`${module} (${kind})`), ...(parts.some((part) => part.added || part.removed) ? lines : [pc.dim('  unchanged')])].join('\n');
        })
        .join('\n\n'),
    );
  });
}

function ended(text: string): string {
  return text === '' ? '' : `${text}\n`;
}
