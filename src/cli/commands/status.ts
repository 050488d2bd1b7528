// watersmeet status

import { RunHandle } from '../../client/run-handle.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { pickRun, withStore } from '../project.js';
import { resultTable, usageTable } from '../views/result.js';
import { runTree } from '../views/run-tree.js';
import { title } from '../views/title.js';

export async function status(id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    const run = new RunHandle(row.id, store);
    const [state, totals] = await Promise.all([run.state(), run.totals()]);
    const { input: _, ...summary } = row;
    print(options, { ...summary, phase: state.phase, plan: state.plan, optimize: state.optimize, levels: state.levels, select: state.select, confirm: state.confirm, prove: state.prove, totals }, () =>
      [
        runTree({ title: title({ id: row.id, project: row.project, settings: row.input.settings }, undefined), state, totals, now: state.updatedAt ?? Date.now(), rows: 12 }),
        `\n  ${row.status}${row.waiting === undefined || row.status !== 'waiting' ? '' : `: ${row.waiting}`}${row.sentence === undefined ? '' : `. ${row.sentence}`}`,
        ...(row.status === 'completed' ? [`\n${resultTable(state)}\n\n${usageTable(totals)}\n\n  digest ${row.digest ?? ''}`] : []),
      ].join('\n'),
    );
  });
}
