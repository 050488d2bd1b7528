// Needs a fake endpoint in its own process; the temporal program may be there or not.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acquireHostLock } from '../../src/store/host-lock.js';
import { cli, jsonOf } from './run-cli.js';
import { smallProject, type SmallProject } from './small-project.js';

interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly found: string;
}

describe('doctor', () => {
  let project: SmallProject;
  let folder: string;

  before(async () => {
    project = await smallProject({ endpoint: { apiKey: 'the-right-one' } });
  });
  after(() => project?.remove());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const examine = async (at: string, environment: Readonly<Record<string, string>> = {}) => {
    const result = await cli(at, ['doctor', '--json'], { environment: { WATERSMEET_CACHE: path.join(folder, 'cache'), ...environment } });
    assert.equal(result.stderr, '');
    const { healthy, findings } = jsonOf(result) as { healthy: boolean; findings: Finding[] };
    assert.equal(result.exitCode, healthy ? 0 : 2);
    assert.equal(
      healthy,
      findings.every((finding) => finding.state !== 'problem'),
    );
    return (name: string) => findings.filter((finding) => finding.name === name);
  };
  const withModel = (more: object) =>
    writeFileSync(
      path.join(folder, 'watersmeet.config.json'),
      JSON.stringify({
        ...project.config,
        benchmark: { file: path.join(project.folder, 'tasks.jsonl') },
        model: { ...(project.config['model'] as object), ...more },
      }),
    );

  it('in an empty folder finds nothing that stops a run, says how to begin, and leaves nothing', async () => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    const found = await examine(empty, { PATH: '/nowhere', TEMPORAL_CLI: '' });
    assert.deepEqual(
      found('node').map(({ state, found: words }) => [state, words]),
      [['ok', process.version]],
    );
    assert.match(found('temporal')[0]!.found, /^not here yet: the first run fetches it \(\d+ MB\), or set TEMPORAL_CLI/);
    assert.match(found('local model')[0]!.found, /^not here yet: the first run that uses it fetches it \(120 MB\)\.$/);
    assert.equal(found('loopback')[0]!.state, 'ok');
    assert.deepEqual(
      found('configuration').map(({ state }) => state),
      ['note'],
    );
    assert.match(found('configuration')[0]!.found, /Type `watersmeet init`/);
    assert.match(found('store')[0]!.found, /^none yet: the first run makes /);
    assert.match(found('disk')[0]!.found, /^[\d,.]+ [GM]B free for /);
    assert.equal(existsSync(path.join(empty, '.watersmeet')), false);
    assert.equal(existsSync(path.join(folder, 'cache')), false, 'nothing is fetched');
  });

  it('finds a key that is not set, is wrong, or right; it never prints one', async () => {
    withModel({ apiKeyVariable: 'DOCTOR_KEY' });
    const unset = await examine(folder);
    assert.deepEqual(
      unset('key').map(({ state, found }) => [state, /^DOCTOR_KEY is not set: .* Set it: export DOCTOR_KEY=\.\.\.$/.test(found)]),
      [['problem', true]],
    );
    assert.deepEqual(unset('model'), []);
    const wrong = await examine(folder, { DOCTOR_KEY: 'the-wrong-one' });
    assert.deepEqual(
      wrong('key').map(({ found }) => found),
      ['DOCTOR_KEY is set'],
    );
    assert.match(wrong('model')[0]!.found, /refuses the key in the environment variable DOCTOR_KEY \(401\)/);
    const right = await examine(folder, { DOCTOR_KEY: 'the-right-one' });
    assert.match(right('model')[0]!.found, /answers, and has fake$/);
    assert.deepEqual(
      right('benchmark').map(({ state, found }) => [state, /^train \d+, select \d+, confirm \d+, test \d+ tasks$/.test(found)]),
      [['ok', true]],
    );
    for (const text of [wrong('model')[0]!.found, right('key')[0]!.found]) assert.doesNotMatch(text, /the-(wrong|right)-one/);
  });

  it('finds a model and an endpoint that are not there', async () => {
    withModel({ apiKeyVariable: 'DOCTOR_KEY', model: 'fak' });
    assert.match((await examine(folder, { DOCTOR_KEY: 'the-right-one' }))('model')[0]!.found, /has no model "fak"\. Did you mean "fake"\?/);
    withModel({ baseURL: 'http://127.0.0.1:2/v1' });
    const [down] = (await examine(folder))('model');
    assert.equal(down!.state, 'problem');
    assert.match(down!.found, /does not answer \(connection refused\)/);
  });

  it('finds a broken configuration, a path that is not there, an unusable temporal program and a damaged store', async () => {
    writeFileSync(path.join(folder, 'watersmeet.config.json'), '{"project": 1}');
    mkdirSync(path.join(folder, '.watersmeet'));
    writeFileSync(path.join(folder, '.watersmeet/store.db'), 'no database, but long enough to be taken for one'.repeat(100));
    const found = await examine(folder, { TEMPORAL_CLI: '/bin/false' });
    for (const name of ['configuration', 'temporal', 'store']) assert.equal(found(name)[0]!.state, 'problem', name);
    assert.match(found('temporal')[0]!.found, /\/bin\/false \(from TEMPORAL_CLI\) is no temporal program/);
    assert.match(found('store')[0]!.found, /is damaged or not a store of Watersmeet/);
    const { exitCode, stdout } = await cli(folder, ['doctor', '--config', 'nowhere']);
    assert.equal(exitCode, 2);
    assert.match(stdout, /^problem +configuration +\S+nowhere does not exist/m);
    assert.match(stdout, /\n\n(One problem stops|\d problems stop) a run\.\n$/);
  });

  it('says who works in the folder', async () => {
    mkdirSync(path.join(folder, '.watersmeet'));
    assert.match((await examine(folder))('host')[0]!.found, /^nobody works in this folder$/);
    const lock = await acquireHostLock(path.join(folder, '.watersmeet'));
    try {
      assert.match((await examine(folder))('host')[0]!.found, /^another process works in this folder; others attach to it\.$/);
    } finally {
      lock?.release();
    }
  });
});
