// The port of everything that scores an output.

import type { Json } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import type { ModelSession } from '../../models/gateway.js';

export interface ScoreInput {
  readonly task: Task;
  readonly output: Json;
  readonly trajectory: Json;
}

export interface ScoreResult {
  /** In [0, 1]. */
  readonly score: number;
  /** What was wrong, as text for the optimizer (the "textual gradient"). */
  readonly feedback?: string;
}

export interface Scorer {
  readonly kind: string;
  /** Goes into the score's key. */
  readonly version: string;
  /** Whether it needs a model session (a judge). */
  readonly usesModel: boolean;
  /**
   * Throws WatersmeetError 'scorer.broken' when it throws, takes too long, or returns anything but a finite number in
   * [0, 1]: a broken scorer parks the run, it never lowers a score.
   */
  score(input: ScoreInput, session: ModelSession | undefined): Promise<ScoreResult>;
  /** Ends helper threads. */
  close(): Promise<void>;
}
