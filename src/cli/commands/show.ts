// watersmeet show

import pc from 'picocolors';
import type { Candidate } from '../../core/candidate.js';
import { WatersmeetError } from '../../core/failures.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { pickRun, withStore } from '../project.js';

export async function show(id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    if (row.champion === undefined) throw new WatersmeetError('input.invalid', `The run "${row.id}" has no champion yet: it is ${row.status}.`);
    const [champion, evidence] = await Promise.all([store.getCandidate(row.champion.document), store.evidence(row.id)]);
    const counts = new Map(evidence.map((entry) => [entry.itemId, entry]));
    print(options, { run: row.id, hash: row.champion.hash, modules: champion.modules, evidence }, () => modulesAsLines(champion, counts));
  });
}

function modulesAsLines(candidate: Candidate, evidence: ReadonlyMap<string, { readonly helped: number; readonly hurt: number }>): string {
  return candidate.modules
    .map((module) => {
      const head = pc.bold(`${module.name} (${module.kind})`);
      if (module.kind === 'instructions') return `${head}\n${module.text}\n${pc.dim(`from ${module.origins.map((origin) => origin.subset).join(', ')}`)}`;
      const items = module.items.map((item) => {
        const seen = evidence.get(item.id);
        const origin = `${item.id}, from ${item.origins.map((one) => `${one.subset}${one.taskIds.length === 0 ? '' : ` (${one.taskIds.slice(0, 3).join(', ')}${one.taskIds.length > 3 ? ', ...' : ''})`}`).join('; ')}${seen === undefined ? '' : `; helped ${seen.helped}, hurt ${seen.hurt}`}`;
        return `  - ${item.text}${item.answer === undefined ? '' : ` -> ${item.answer}`}\n    ${pc.dim(origin)}`;
      });
      return [head, ...(items.length === 0 ? ['  (empty)'] : items)].join('\n');
    })
    .join('\n\n');
}
