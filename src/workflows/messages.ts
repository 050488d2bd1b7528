// Signals a run understands; the root forwards them to its groups.

import { defineSignal } from '@temporalio/workflow';
import { SIGNALS } from '../core/messages.js';

export const pauseSignal = defineSignal(SIGNALS.pause);
export const unpauseSignal = defineSignal(SIGNALS.unpause);
/** A person mended what the run waits for. */
export const mendedSignal = defineSignal(SIGNALS.mended);
