// Which run a person means.

import { WatersmeetError } from '../core/failures.js';
import type { RunRow, Store } from '../store/store.js';

/** The newest run that has not ended, or the one named. */
export async function findRun(store: Store, id: string | undefined, wanted: 'unfinished' | 'any'): Promise<RunRow> {
  if (id !== undefined) {
    const row = await store.getRun(id);
    if (row !== undefined) return row;
    const runs = await store.listRuns();
    const begun = runs.filter((run) => run.id.startsWith(id));
    if (begun.length === 1) return begun[0]!;
    if (begun.length > 1)
      throw new WatersmeetError(
        'input.invalid',
        `${begun.length} runs begin with "${id}": ${begun
          .map((run) => run.id)
          .slice(0, 5)
          .join(', ')}. Type more of it.`,
      );
    throw new WatersmeetError(
      'input.invalid',
      `There is no run "${id}" in ${store.folder}. ${runs.length === 0 ? 'There are no runs yet: `watersmeet optimize` starts one.' : `The newest is "${runs[0]!.id}"; \`watersmeet runs\` lists them.`}`,
    );
  }
  const runs = await store.listRuns();
  const row = wanted === 'any' ? runs[0] : runs.find((run) => !['completed', 'cancelled'].includes(run.status));
  if (row === undefined) {
    throw new WatersmeetError(
      'input.invalid',
      runs.length === 0
        ? `There are no runs in ${store.folder} yet. \`watersmeet optimize\` starts one.`
        : `Every run in ${store.folder} has ended. \`watersmeet runs\` lists them; \`watersmeet optimize\` starts another.`,
    );
  }
  return row;
}
