// Needs the workflow bundle of the build; no server. Histories in test/histories are written by scripts/record-histories.ts.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '../../../test/histories');
const BUNDLE = path.join(import.meta.dirname, '../../src/workflow-bundle.js');

describe('saved histories', function () {
  this.timeout(60_000);
  let scratch: string;

  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'watersmeet-replay-'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  function replay(bundle: string): { readonly replayed: number; readonly problems: readonly string[] } {
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, '../support/replay.js'), FOLDER, bundle, scratch], {
      encoding: 'utf8',
    });
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as { replayed: number; problems: string[] };
  }

  it('are there of every workflow of a run', () => {
    const types = new Set(readdirSync(FOLDER).map((file) => /"workflowType":\{"name":"(\w+)"/.exec(readFileSync(path.join(FOLDER, file), 'utf8'))?.[1]));
    assert.deepEqual(types, new Set(['evaluationGroup', 'mergeGroup', 'optimizationRun', 'optimizeGroup']));
  });

  it('are what the present workflows would do again', () => {
    // A workflow that was changed on purpose: raise the package's version, so that open runs begin anew when they are
    // resumed, and write the histories anew with `npm run build && node dist/scripts/record-histories.js`.
    assert.deepEqual(replay(BUNDLE), { replayed: readdirSync(FOLDER).length, problems: [] });
  });

  it('are not what changed workflows would do', () => {
    const changed = path.join(scratch, 'changed.js');
    const code = readFileSync(BUNDLE, 'utf8');
    // Groups that end with another activity.
    const broken = code.replaceAll('scope.act.storeNodes(', 'scope.act.readNodes(');
    assert.notEqual(broken, code);
    writeFileSync(changed, broken);
    assert.ok(replay(changed).problems.some((problem) => /nondeterminism/i.test(problem)));
  });
});
