// Names shared by clients and workflows.

/** Signals a run understands. */
export const SIGNALS = { pause: 'pause', unpause: 'unpause', mended: 'mended' } as const;

/** Workflow types, by the names a worker registers them with. */
export const WORKFLOWS = { optimizationRun: 'optimizationRun', scheduledRun: 'scheduledRun' } as const;

/** The workflow id of a run. */
export function workflowIdOf(runId: string): string {
  return `run/${runId}`;
}

/** How the engine runs decides how fast a dead worker is noticed, and how long a history may grow. */
export interface EnginePace {
  readonly heartbeatSeconds: number;
  readonly firstRetryMilliseconds: number;
  /** Seconds after which a workflow's task that a dead worker held is given to another. */
  readonly workflowTaskSeconds: number;
  /** Events after which a group continues as new at its next step boundary. */
  readonly historyEvents: number;
  /** Seconds between probes of what time may mend: doubling from the first to the last. */
  readonly probeSeconds: { readonly first: number; readonly last: number };
}
