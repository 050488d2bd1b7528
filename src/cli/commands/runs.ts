// watersmeet runs

import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { nobodyExecutes, withStore } from '../project.js';
import { runsTable } from '../views/result.js';

export async function runs(options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const rows = await store.listRuns();
    // All that should go on are executed by the one host of the folder, or by nobody.
    const open = rows.find(({ status }) => status === 'running' || status === 'paused');
    const executed = open === undefined || (await nobodyExecutes(store, open, options)) === undefined;
    print(
      options,
      rows.map(({ input: _, ...row }) => row),
      () => (rows.length === 0 ? 'No runs yet. `watersmeet optimize` starts one.' : runsTable(rows, executed)),
    );
  });
}
