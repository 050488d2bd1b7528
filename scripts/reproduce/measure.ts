// What one finished run of a comparison says: scores on test, rollouts, and the four token quantities.

import { RunHandle } from '../../src/client/run-handle.js';
import type { Role } from '../../src/core/outcome.js';
import type { Store } from '../../src/store/store.js';

export interface Measured {
  /** On the run's test tasks, by task id. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  readonly better: boolean;
  /** Training tasks that it had. */
  readonly trained: number;
  /** Whether a limit ended some of its work. */
  readonly limited: boolean;
  readonly rollouts: number;
  /** Prompt tokens of an optimizer call: mean and most; undefined without a model that optimizes. */
  readonly optimizerPrompt: { readonly mean: number; readonly most: number } | undefined;
  /** Prompt and completion tokens of the whole run, by role; without those that used none. */
  readonly tokens: { readonly [role in Role]?: number };
  /** Agent prompt tokens of a test task with the champion. */
  readonly promptTokensPerTask: number;
  /** US dollars that this run really paid. */
  readonly cost: number;
  readonly activeMilliseconds: number;
}

export async function measure(store: Store, runId: string): Promise<Measured> {
  const run = await store.getRun(runId);
  if (run?.champion === undefined) throw new Error(`The run ${runId} has no champion.`);
  const rowsOf = (candidate: string) => store.evaluationRows(runId, { pathPrefix: 'prove', candidate });
  const [totals, state, before, after] = await Promise.all([
    store.totals(runId),
    new RunHandle(runId, store).state(),
    rowsOf(run.input.seed.hash),
    rowsOf(run.champion.hash),
  ]);
  const agent = totals.find(({ role }) => role === 'agent');
  const optimizer = totals.find(({ role }) => role === 'optimizer');
  return {
    before: new Map(before.map((row) => [row.taskId, row.score])),
    after: new Map(after.map((row) => [row.taskId, row.score])),
    better: run.better ?? false,
    trained: run.input.lists.train.size,
    limited: state.budget.count > 0,
    rollouts: agent?.rollouts ?? 0,
    optimizerPrompt: optimizer === undefined ? undefined : { mean: optimizer.promptTokens / Math.max(1, optimizer.calls), most: optimizer.maxPromptTokens },
    tokens: Object.fromEntries(
      totals.map(({ role, promptTokens, completionTokens }) => [role, promptTokens + completionTokens] as const).filter(([, tokens]) => tokens > 0),
    ),
    promptTokensPerTask: after.reduce((all, row) => all + row.usage.promptTokens, 0) / Math.max(1, after.length),
    cost: totals.reduce((all, { cost }) => all + cost, 0),
    activeMilliseconds: run.activeTime,
  };
}
