// The workflows a worker registers, by the names clients use.

export { evaluationGroup } from './evaluate.js';
export { mergeGroup } from './merge-group.js';
export { optimizationRun } from './optimization-run.js';
export { optimizeGroup } from './optimize-group.js';
export { scheduledRun } from './scheduled-run.js';
