// Every time-out and retry policy of the project.

import { ActivityCancellationType, proxyActivities, type ActivityOptions, type ChildWorkflowOptions } from '@temporalio/workflow';
import type { Activities } from '../activities/contract.js';
import { FAILURES } from '../core/failures.js';
import type { EnginePace } from '../core/messages.js';

/** `Provider.unavailable` failures in a row before the run says that it waits; process deaths count as well and are just tried again. */
export const ATTEMPTS = 5;

const NEVER_RETRIED = Object.entries(FAILURES).flatMap(([type, kind]) => (kind.retryable ? [] : [type]));

/** Liveness is the heartbeat's business: a start-to-close time-out of hours only ends what heartbeats for ever. */
const DAY = '24 hours';

export function activities(pace: EnginePace): Activities {
  const options: ActivityOptions = {
    startToCloseTimeout: DAY,
    heartbeatTimeout: pace.heartbeatSeconds * 1_000,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: pace.firstRetryMilliseconds,
      backoffCoefficient: 2,
      maximumInterval: '10 seconds',
      maximumAttempts: ATTEMPTS,
      nonRetryableErrorTypes: NEVER_RETRIED,
    },
  };
  return proxyActivities<Activities>(options);
}

/** Of a child workflow; one that continues as new keeps them. */
export function childTimeouts(pace: EnginePace): Pick<ChildWorkflowOptions, 'workflowTaskTimeout'> {
  return { workflowTaskTimeout: pace.workflowTaskSeconds * 1_000 };
}
