// watersmeet status

import pc from 'picocolors';
import { RunHandle } from '../../client/run-handle.js';
import { forecastOutcome } from '../../core/forecast-outcome.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { nobodyExecutes, pickRun, withStore } from '../project.js';
import { forecastLines, resultTable, usageTable } from '../views/result.js';
import { runTree } from '../views/run-tree.js';
import { title } from '../views/title.js';

const ROWS = 12;

export async function status(id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    const run = new RunHandle(row.id, store);
    const [state, totals, notice] = await Promise.all([run.state(), run.totals(), nobodyExecutes(store, row, options)]);
    const { input: _, ...summary } = row;
    print(
      options,
      {
        ...summary,
        executed: notice === undefined,
        phase: state.phase,
        plan: state.plan,
        optimize: state.optimize,
        levels: state.levels,
        select: state.select,
        confirm: state.confirm,
        prove: state.prove,
        totals,
        forecast: forecastOutcome(state, totals),
      },
      (columns) =>
        [
          runTree({
            title: title({ id: row.id, project: row.project, settings: row.input.settings }, undefined),
            state,
            totals,
            status: row.status,
            now: notice === undefined ? Date.now() : (state.updatedAt ?? Date.now()),
            rows: ROWS,
            columns,
            notice,
          }),
          ...(row.status === 'completed'
            ? ['', resultTable(state, columns), '', usageTable(totals), '', ...forecastLines(state, totals), `  digest ${row.digest ?? ''}`]
            : []),
          ...(row.status === 'cancelled' || row.status === 'failed'
            ? [`\n  ${pc.red(row.status)}${row.sentence === undefined ? '' : `. ${row.sentence}`}`]
            : []),
        ].join('\n'),
    );
  });
}
