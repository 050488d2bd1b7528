// Needs the temporal program (found or fetched) and a fake endpoint in its own process.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureTemporalCli } from '../../src/downloads/temporal-cli.js';
import { serversOf } from '../support/chaos.js';
import { eventually } from '../support/runs.js';
import { cli, jsonLines, jsonOf, startCli } from './run-cli.js';
import { smallProject, type SmallProject } from './small-project.js';

/** By then the subsets are being optimized. */
const MIDDLE = 60;

describe('a run in the hands of a person', () => {
  let project: SmallProject | undefined;
  const slow = async (more: Parameters<typeof smallProject>[0] = {}) => {
    project = await smallProject({
      ...more,
      endpoint: { latency: { kind: 'fixed', milliseconds: 30 }, onRequest: [{ arrival: MIDDLE, when: 'before', line: 'middle' }], ...more.endpoint },
    });
    return project;
  };
  afterEach(async () => {
    await project?.remove();
    project = undefined;
  });

  it('Ctrl-C ends with 130 and says how to go on; resume goes on, and sends nothing again', async () => {
    const { folder, endpoint } = await slow();
    const run = startCli(folder, ['optimize']);
    await run.meanwhile(endpoint.line('middle'));
    run.process.kill('SIGINT');
    const { exitCode, stdout, stderr } = await run.exit;
    assert.equal(exitCode, 130, stderr);
    assert.equal(stdout, '');
    const [, id = ''] =
      /Stopping(?:: \d+ calls? in flight (?:is|are) recorded, for \d+ s at most \(Ctrl-C again ends at once\))?\.\nInterrupted\. Go on with: watersmeet resume (\S+)\n$/.exec(
        stderr,
      ) ?? [];
    assert.notEqual(id, '', stderr);

    assert.match((await cli(folder, ['runs'])).stdout, new RegExp(`${id} +\\S+ +running, no host `));
    const status = await cli(folder, ['status']);
    assert.match(status.stdout, new RegExp(`Nobody executes this run now: \`watersmeet resume ${id}\` goes on with it\\.`));
    assert.equal(jsonOf(await cli(folder, ['status', '--json']))['executed'], false);
    assert.match((await cli(folder, ['doctor'])).stdout, new RegExp(`note +store .*${id} is running: \`watersmeet resume\` goes on with it`));
    const elsewhere = await cli(path.dirname(folder), ['status', '-c', folder], { environment: { WATERSMEET_COMMAND: 'npx watersmeet' } });
    assert.match(elsewhere.stdout, new RegExp(`\`npx watersmeet resume ${id} -c ${path.basename(folder)}\` goes on with it`), 'as it has to be typed there');
    for (const command of ['show', 'diff', 'promote']) assert.equal((await cli(folder, [command])).exitCode, 2, `${command} needs a champion`);
    assert.equal((await cli(folder, ['report'])).exitCode, 0, 'an unfinished run has a report');

    const resumed = await cli(folder, ['resume']);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    assert.match(resumed.stdout, /candidate +select/);
    const { byCall } = await endpoint.counts();
    assert.deepEqual(
      Object.entries(byCall).filter(([, times]) => times > 1),
      [],
    );
  });

  it('a second Ctrl-C ends it at once, and its server with it', async () => {
    const { folder, endpoint } = await slow({
      endpoint: { faults: [{ kind: 'hang', from: MIDDLE }], onRequest: [{ arrival: MIDDLE + 1, when: 'before', line: 'middle' }] },
    });
    const run = startCli(folder, ['optimize']);
    await run.meanwhile(endpoint.line('middle'));
    run.process.kill('SIGINT');
    await run.until(/Stopping: \d+ calls? in flight (?:is|are) recorded, for \d+ s at most \(Ctrl-C again ends at once\)\./);
    run.process.kill('SIGINT');
    const { exitCode, stderr } = await run.exit;
    assert.equal(exitCode, 130);
    assert.match(stderr, /Interrupted\. Go on with: watersmeet resume/);
    await eventually(() => (serversOf(folder).length === 0 ? true : undefined));
  });

  it('Ctrl-C does not wait for a Temporal server that is being started again and does not answer', async function () {
    if (process.platform !== 'linux') this.skip();
    const { folder, endpoint } = await slow();
    const { path: program } = await ensureTemporalCli();
    // Once there is the file, what is started never serves.
    const [temporal, hangs] = [path.join(folder, 'temporal'), path.join(folder, 'hangs')];
    writeFileSync(temporal, `#!/bin/bash\n[ "$1" = server ] && [ -e ${hangs} ] && exec -a "hanging $*" sleep 100\nexec ${program} "$@"\n`, { mode: 0o755 });
    const run = startCli(folder, ['optimize'], { environment: { TEMPORAL_CLI: temporal } });
    await run.meanwhile(endpoint.line('middle'));
    const [server] = serversOf(folder);
    writeFileSync(hangs, '');
    process.kill(server!, 'SIGKILL');
    await run.meanwhile(eventually(async () => (serversOf(folder).some((pid) => pid !== server) ? true : undefined)));
    const asked = Date.now();
    run.process.kill('SIGINT');
    const { exitCode, stderr } = await run.exit;
    const waited = Date.now() - asked;
    assert.equal(exitCode, 130, stderr);
    assert.ok(waited < 6_000, `${waited} ms`);
    assert.deepEqual(serversOf(folder), []);
    rmSync(hangs);
    assert.equal((await cli(folder, ['resume'])).exitCode, 0);
  });

  it('stops when nobody reads it any more, as when its terminal is closed', async () => {
    const { folder, endpoint } = await slow();
    const run = startCli(folder, ['optimize', '--json']);
    await run.until(/phase-started/);
    run.process.stdout!.destroy();
    assert.equal((await run.exit).exitCode, 130);
    await eventually(() => (serversOf(folder).length === 0 ? true : undefined));
    const { arrivals } = await endpoint.counts();
    assert.equal((await cli(folder, ['resume'])).exitCode, 0);
    assert.ok((await endpoint.counts()).arrivals > arrivals, 'it had not come to its end');
  });

  it('pause, watch and unpause work from a second terminal', async () => {
    // So slow that the run still goes on when the two other commands have started, on a busy machine, too.
    const onRequest = [{ arrival: MIDDLE, when: 'before', line: 'middle' }] as const;
    const { folder, endpoint } = await slow({ endpoint: { latency: { kind: 'fixed', milliseconds: 250 }, onRequest } });
    const run = startCli(folder, ['optimize']);
    await run.meanwhile(endpoint.line('middle'));
    const watch = startCli(folder, ['watch']);
    await watch.until(/optimize/);
    const paused = await cli(folder, ['pause']);
    assert.equal(paused.exitCode, 0, paused.stderr);
    assert.match(paused.stdout, /is paused: nothing new is started, calls in flight are recorded\. Go on with `watersmeet unpause`\./);
    assert.match((await cli(folder, ['status'])).stdout, /paused: go on with `watersmeet unpause`/);
    const before = (await endpoint.counts()).arrivals;
    assert.equal(jsonOf(await cli(folder, ['status', '--json']))['executed'], true);
    assert.equal((await endpoint.counts()).arrivals, before, 'no call is sent while a run is paused');
    assert.equal((await cli(folder, ['unpause'])).exitCode, 0);
    const [ended, watched] = await Promise.all([run.exit, watch.exit]);
    assert.equal(ended.exitCode, 0, ended.stderr);
    assert.equal(watched.exitCode, 0, watched.stderr);
    assert.match(watched.stdout, /candidate +select/);
    assert.ok((await endpoint.counts()).arrivals > before);
  });

  it('cancel ends the run where it is executed, with exit code 4', async () => {
    const { folder, endpoint } = await slow();
    const run = startCli(folder, ['optimize', '--json']);
    await run.meanwhile(endpoint.line('middle'));
    assert.match((await cli(folder, ['cancel'])).stdout, /is cancelled; what it recorded is kept/);
    const ended = await run.exit;
    assert.equal(ended.exitCode, 4, ended.stderr);
    assert.equal(jsonLines(ended).at(-1)!['status'], 'cancelled');
    const again = await cli(folder, ['resume', String(jsonLines(ended).at(-1)!['run'])]);
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /was cancelled\. Start a new one with `watersmeet optimize`/);
    assert.equal((await cli(folder, ['watch'])).exitCode, 4);
  });

  it('a key that stops working parks the run with exit code 3 and a hint; resume goes on when it works again', async () => {
    const { folder } = await slow({ endpoint: { faults: [{ kind: 'unauthorized', from: MIDDLE, to: MIDDLE }] } });
    const parked = await cli(folder, ['optimize']);
    assert.equal(parked.exitCode, 3, parked.stderr);
    assert.match(parked.stderr, /waiting: key\. \S+ refused the key \(401.*\n(.*\n)*Set the key in the environment, then type `watersmeet resume \S+`\.\n$/);
    const status = await cli(folder, ['status', '--json']);
    assert.deepEqual([jsonOf(status)['status'], jsonOf(status)['waiting']], ['waiting', 'key']);
    assert.equal((await cli(folder, ['watch'])).exitCode, 3);
    const resumed = await cli(folder, ['resume']);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
  });

  it('Ctrl-C where a run is only watched leaves it to the process that executes it', async () => {
    const { folder, endpoint } = await slow();
    const worker = startCli(folder, ['worker']);
    await worker.until(/Host of/);
    const run = startCli(folder, ['optimize']);
    await run.meanwhile(endpoint.line('middle'));
    run.process.kill('SIGINT');
    const { exitCode, stderr } = await run.exit;
    assert.equal(exitCode, 130);
    assert.match(stderr, /Another process goes on with (\S+)\. Watch it with: watersmeet watch \1\n$/);
    assert.equal((await cli(folder, ['watch'])).exitCode, 0, 'it is executed to its end');
    worker.process.kill('SIGTERM');
    assert.equal((await worker.exit).exitCode, 0);
  });

  it('a worker executes what another terminal starts and leaves', async () => {
    const { folder } = await slow();
    const worker = startCli(folder, ['worker']);
    await worker.until(/Host of \S+, Temporal at 127\.0\.0\.1:\d+\. Ctrl-C stops cleanly\./);
    const started = await cli(folder, ['optimize', '--detach']);
    assert.equal(started.exitCode, 0, started.stderr);
    assert.match(started.stdout, /^(\S+) is started\. Watch it with `watersmeet watch`\.\n$/);
    const watched = await cli(folder, ['watch']);
    assert.equal(watched.exitCode, 0, watched.stderr);
    assert.match(
      (await cli(folder, ['doctor'])).stdout,
      /ok +host +another process works in this folder; others attach to it\. Its Temporal server is 127\.0\.0\.1:\d+/,
    );
    worker.process.kill('SIGTERM');
    const { exitCode, stderr } = await worker.exit;
    assert.equal(exitCode, 0);
    assert.match(stderr, /\S+ running\n\S+ completed\. .*\nStopping\.\n$/);
  });
});
