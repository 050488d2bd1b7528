// Needs the temporal program (found or fetched) and a fake endpoint in its own process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig, initialRunState, loadChampion, open, reduce, renderReport, subsetsOf, WatersmeetError } from 'watersmeet';
import { cleanEnvironment, running } from '../cli/run-cli.js';
import { smallProject, type SmallProject } from '../cli/small-project.js';

describe('the library', () => {
  let project: SmallProject;

  before(async () => {
    project = await smallProject({ endpoint: { latency: { kind: 'fixed', milliseconds: 20 }, onRequest: [{ arrival: 60, when: 'before', line: 'middle' }] } });
  });
  after(() => project?.remove());

  it('plans, starts, watches and reports a run, while another process attaches to it', async () => {
    const opened = await open({ config: project.folder, set: ['seed=7'] });
    try {
      assert.equal(opened.isHost, true);
      const { counts, plan } = await opened.plan();
      assert.equal(counts.train + counts.select + counts.confirm + counts.test, 72);
      assert.ok(plan.subsets > 1);

      const run = await opened.start();
      const first = run.events()[Symbol.asyncIterator]();
      assert.equal((await first.next()).value?.body.type, 'run-forecast');
      await first.return();
      await project.endpoint.line('middle');
      assert.equal(await run.status(), 'running');
      const child = running(
        spawn(process.execPath, [path.join(import.meta.dirname, 'attach-child.js'), project.folder], {
          env: cleanEnvironment(),
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );

      let state = initialRunState(run.id);
      let types = '';
      for await (const event of run.events()) {
        state = reduce(state, event);
        types += `${event.body.type} `;
      }
      assert.deepEqual(
        subsetsOf(state).map((subset) => subset.status),
        Array.from({ length: plan.subsets }, () => 'ended'),
      );
      const result = await run.result();
      assert.equal(result.runId, run.id);
      assert.deepEqual((await run.row()).input.overrides, { set: ['seed=7'] });
      assert.match(await renderReport(opened.store, await run.row()), /^<!doctype html>/);
      await assert.rejects(run.cancel(), { failureType: 'input.invalid' });
      await assert.rejects(opened.attach('nothing'), WatersmeetError);

      const { exitCode, stdout, stderr } = await child.exit;
      assert.equal(exitCode, 0, stderr);
      const [attached, ended] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(attached, { host: false, run: run.id });
      assert.deepEqual(ended, { ended: 'completed', types, ...result }, 'both see the same events and the same result');
    } finally {
      await opened.close();
    }
  });

  it('loads the champion that was promoted, by version too, without an engine', async () => {
    const folder = path.join(project.folder, '.watersmeet');
    await assert.rejects(loadChampion({ folder }), {
      failureType: 'input.invalid',
      message: /rules has no champion yet in .* Make one with `watersmeet promote`\./,
    });
    await assert.rejects(loadChampion({ folder: path.join(folder, 'nothing') }), { failureType: 'input.invalid', message: /There is no store in/ });

    const opened = await open({ config: project.folder });
    let promoted;
    try {
      promoted = await opened.promote(undefined, 'by a test');
    } finally {
      await opened.close();
    }
    const champion = await loadChampion({ folder });
    assert.equal(champion.version, promoted.version);
    assert.equal(champion.runId, promoted.runId);
    assert.deepEqual(Object.keys(champion.modules), ['rules']);
    assert.equal(typeof champion.texts['rules'], 'string');
    assert.deepEqual(await loadChampion({ folder, version: 1, project: 'rules' }), champion);
    await assert.rejects(loadChampion({ folder, version: 9 }), { message: /rules has no champion 9 in/ });
  });

  it('runs a configuration with functions from code, and refuses bad input before a run is recorded', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-library-'));
    const tasks = Array.from({ length: 96 }, (_, index) => ({
      id: `t${index}`,
      split: (['train', 'train', 'validation', 'test'] as const)[Math.floor(index / 2) % 4]!,
      input: `${index % 2 === 0 ? 'even' : 'odd'} ${index}`,
      expected: index % 2 === 0 ? 'even' : 'odd',
      category: index % 2 === 0 ? 'even' : 'odd',
    }));
    const config = defineConfig({
      project: 'from-code',
      folder: path.join(folder, 'state'),
      benchmark: { tasks },
      // No model: it knows what its demos show.
      agent: {
        kind: 'function',
        run: async ({ task, texts }) => ({
          output: texts['examples']!.includes(String(task.input).split(' ')[0]!) ? String(task.input).split(' ')[0]! : 'unknown',
          trajectory: null,
        }),
      },
      modules: { examples: { kind: 'demos' } },
      scorer: { kind: 'function', score: ({ task, output }) => (output === task.expected ? 1 : 0) },
      optimize: { inner: 'bootstrap', demosFrom: 'answers', demosPerCategory: 1 },
      merge: { combine: 'union', pool: 0 },
    });
    try {
      const opened = await open({ config });
      try {
        const run = await opened.start();
        const { better } = await run.result();
        assert.equal(better, true);
        const schedule = { id: 'weekly', cron: '0 3 * * 1' };
        assert.throws(() => opened.schedule(schedule), /A schedule needs a configuration file/);
        assert.equal((await opened.runs()).length, 1);
      } finally {
        await opened.close();
      }
      const broken = await open({ config: { ...config, benchmark: { tasks: tasks.slice(0, 3) } } });
      try {
        await assert.rejects(broken.start(), { failureType: 'input.invalid', message: /Fewer tasks than a split needs/ });
        assert.equal((await broken.runs()).length, 1);
      } finally {
        await broken.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
