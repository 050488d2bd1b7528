// How an evaluation is cut into activities.

/** Tasks in a batch: one activity. Large enough that orchestration costs little, small enough that little is repeated. */
export const BATCH_SIZE = 50;
