// Needs a Temporal CLI (found in the cache, or fetched once) and Linux's /proc; kills servers with SIGKILL.

import { strict as assert } from 'node:assert';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { workflowIdOf } from '../../src/core/messages.js';
import { serversOf } from '../support/chaos.js';
import { setScene, startRun, type Scene } from '../support/runs.js';

describe('the embedded server', function () {
  this.timeout(120_000);
  let scene: Scene;

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    scene = await setScene({ project: { tasks: 48 } });
  });
  afterEach(() => scene?.close());

  const inFolder = (name: string) => path.join(scene.folder, '.watersmeet', name);

  it('begins its file anew when one was killed while it made the tables', async () => {
    await (await scene.open({ work: false })).close();
    // As a kill leaves it: the last tables are missing, and nobody has found the server ready.
    const database = new Database(inFolder('temporal.db'));
    database.exec('drop table executions_visibility');
    database.close();
    rmSync(inFolder('engine.json'));
    const { schedules } = await scene.open({ work: false });
    assert.deepEqual(await schedules.list(), []);
  });

  it('begins its file anew when it does not start on the one there is', async () => {
    await (await scene.open({ work: false })).close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(inFolder(`temporal.db${suffix}`), { force: true });
    writeFileSync(inFolder('temporal.db'), 'no database');
    const { schedules } = await scene.open({ work: false });
    assert.deepEqual(await schedules.list(), []);
  });

  it('that died and cannot be started again is told to whoever waits for a run', async () => {
    const watersmeet = await scene.open({ work: false });
    const run = await startRun(scene, watersmeet);
    const [server] = serversOf(scene.folder);
    for (const suffix of ['', '-wal', '-shm']) rmSync(inFolder(`temporal.db${suffix}`), { force: true });
    writeFileSync(inFolder('temporal.db'), 'no database');
    process.kill(server!, 'SIGKILL');
    await assert.rejects(run.result(), /The Temporal server .* did not start: it ended with exit code 1/);
    await assert.rejects(watersmeet.failed(), /did not start/);
  });

  it('ends the execution of a failed run that was killed before it closed: a resume begins another', async () => {
    const watersmeet = await scene.open({ work: false });
    const run = await startRun(scene, watersmeet);
    await watersmeet.store.updateRun(run.id, { status: 'failed' });
    const { connection, namespace } = watersmeet.engine;
    const execution = async () =>
      (await connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: workflowIdOf(run.id) } })).workflowExecutionInfo
        ?.execution?.runId;
    const before = await execution();
    await watersmeet.resume(run.id);
    assert.notEqual(await execution(), before);
  });
});
