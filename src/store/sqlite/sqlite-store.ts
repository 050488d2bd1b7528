// The store on SQLite, put together from its parts.

import type { Store } from '../store.js';
import { Calls } from './calls.js';
import type { Connection } from './connection.js';
import { Content } from './content.js';
import { Rollouts } from './rollouts.js';
import { Runs } from './runs.js';
import { Tally } from './tally.js';

export function sqliteStore(connection: Connection, id: string): Store {
  const content = new Content(connection);
  const tally = new Tally(connection);
  const calls = new Calls(connection, tally);
  const rollouts = new Rollouts(connection, tally);
  const runs = new Runs(connection);
  return {
    id,
    folder: connection.folder,

    putObject: (kind, value) => content.putObject(kind, value),
    putList: (kind, elements) => content.putList(kind, elements),
    getSlice: (reference, offset, count) => content.getSlice(reference, offset, count),
    getObject: (reference) => content.getObject(reference),
    putCandidate: (candidate) => content.putCandidate(candidate),
    getCandidate: (document) => content.getCandidate(document),
    putTasks: (tasks) => content.putTasks(tasks),
    getTasks: (hashes) => content.getTasks(hashes),
    assignParts: (project, parts) => content.assignParts(project, parts),

    claimCall: (claim) => calls.claimCall(claim),
    recordCall: (call) => calls.recordCall(call),
    releaseCall: (key) => calls.releaseCall(key),
    getCall: (key) => calls.getCall(key),
    spent: (runId) => calls.spent(runId),

    getTrajectory: (key) => rollouts.getTrajectory(key),
    getScore: (key) => rollouts.getScore(key),
    putRollout: (rollout) => rollouts.putRollout(rollout),
    evaluationRows: (runId, filter) => rollouts.evaluationRows(runId, filter),
    evaluationRowsInOrder: (runId) => rollouts.evaluationRowsInOrder(runId),
    putEvidence: (rows) => rollouts.putEvidence(rows),
    evidence: (runId) => rollouts.evidence(runId),
    putUses: (rows) => rollouts.putUses(rows),
    totals: (runId) => rollouts.totals(runId),

    appendEvents: (runId, events) => runs.appendEvents(runId, events),
    readEvents: (runId, after, limit) => runs.readEvents(runId, after, limit),
    beginAttempts: (runId, path, taskIds, bootId) => runs.beginAttempts(runId, path, taskIds, bootId),
    endAttempt: (runId, path, taskId) => runs.endAttempt(runId, path, taskId),
    deaths: (runId, path, bootId) => runs.deaths(runId, path, bootId),
    clearAttempts: (runId) => runs.clearAttempts(runId),
    clearResults: async (runId) => {
      await rollouts.clear(runId);
      await runs.clearAttempts(runId);
      await runs.clearEvents(runId);
    },
    createRun: (run) => runs.createRun(run),
    getRun: (runId) => runs.getRun(runId),
    listRuns: (filter) => runs.listRuns(filter),
    updateRun: (runId, change) => runs.updateRun(runId, change),
    addActiveTime: (runId, milliseconds) => runs.addActiveTime(runId, milliseconds),
    numberLook: (runId, project, testList) => runs.numberLook(runId, project, testList),
    promote: (champion) => runs.promote(champion),
    currentChampion: (project) => runs.currentChampion(project),
    champions: (project) => runs.champions(project),
    putSchedule: (schedule) => runs.putSchedule(schedule),
    deleteSchedule: (id) => runs.deleteSchedule(id),
    schedules: () => runs.schedules(),

    trouble: () => connection.trouble(),
    close: () => connection.close(),
  };
}
