// watersmeet runs

import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { withStore } from '../project.js';
import { runsTable } from '../views/result.js';

export async function runs(options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const rows = await store.listRuns();
    print(
      options,
      rows.map(({ input: _, ...row }) => row),
      () => (rows.length === 0 ? 'No runs yet. `watersmeet optimize` starts one.' : runsTable(rows)),
    );
  });
}
