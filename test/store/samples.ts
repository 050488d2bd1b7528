// Rows as the tests need them.

import type { CallClaim, EvaluationRow, RecordedCall, RunInput, StoredScore, StoredTrajectory } from '../../src/store/store.js';
import type { Json } from '../../src/core/json.js';
import { sha256 } from '../../src/store/content-address.js';

export function callClaim(change: Partial<CallClaim> = {}): CallClaim {
  return {
    key: sha256('call'),
    bootId: 'boot-1',
    runId: 'run-1',
    role: 'agent',
    model: 'small-model',
    endpoint: 'http://127.0.0.1:1/v1',
    scope: { role: 'agent', candidate: sha256('candidate'), task: sha256('task'), sample: 0 },
    request: '{"model":"small-model","messages":[]}',
    estimatedTokens: 100,
    estimatedCost: 0.25,
    ...change,
  };
}

export function recordedCall(change: Partial<RecordedCall> = {}): RecordedCall {
  return {
    key: sha256('call'),
    status: 200,
    contentType: 'application/json',
    body: '{"choices":[]}',
    promptTokens: 80,
    completionTokens: 20,
    cachedTokens: 10,
    cost: 0.125,
    latency: 12.5,
    ...change,
  };
}

export interface RolloutChange {
  readonly number: number;
  readonly runId?: string;
  readonly path?: string;
  readonly candidate?: string;
  readonly taskId?: string;
  readonly score?: number;
  readonly trajectory?: Json;
}

export function rollout({
  number,
  runId = 'run-1',
  path = 'baseline',
  candidate = sha256('candidate'),
  taskId = `task-${String(number).padStart(6, '0')}`,
  score = 0.5,
  trajectory = ['asked', 'answered'],
}: RolloutChange) {
  const usage = { rollouts: 1, calls: 1, promptTokens: 80, completionTokens: 20 };
  const trajectoryKey = sha256(`trajectory ${number}`);
  const scoreKey = sha256(`score ${number}`);
  const taskHash = sha256(`task ${number}`);
  const storedTrajectory: StoredTrajectory = { key: trajectoryKey, candidate, taskHash, trajectory, output: 'answer', usage };
  const storedScore: StoredScore = {
    key: scoreKey,
    trajectoryKey,
    outcome: 'scored',
    score,
    feedback: 'Half right.',
    usage: { rollouts: 0, calls: 0, promptTokens: 0, completionTokens: 0 },
  };
  const row: EvaluationRow = { runId, path, candidate, taskId, taskHash, outcome: 'scored', score, trajectoryKey, scoreKey, usage };
  return { trajectory: storedTrajectory, score: storedScore, row };
}

export function runInput(identity = sha256('identity')): RunInput {
  const list = { list: sha256('list'), size: 3 };
  return {
    // The store keeps the settings as they are and never looks inside.
    settings: { project: 'ports', seed: 1 } as RunInput['settings'],
    identity,
    lists: { train: list, select: list, confirm: list, test: list },
    seed: { hash: sha256('hash'), document: sha256('document'), tokens: 12 },
    against: 'seed',
    packageVersion: '0.1.0',
  };
}
