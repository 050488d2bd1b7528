// Needs nothing but the build, which it copies: each guarantee is broken in a copy, and a test there must fail.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');

interface Mutant {
  readonly guarantee: string;
  /** Compiled file below dist, and what is done to it. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The tests that have to notice: a file below dist/test, and which of it. */
  readonly tests: string;
  readonly grep: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    guarantee: 'a call is claimed before it is sent',
    file: 'src/models/durable-call.js',
    from: 'const claim = await claimCall(call);',
    to: "const claim = { state: 'claimed', tookOver: false }; setTimeout(() => void claimCall(call), 5);",
    tests: 'models/durable-fetch.test.js',
    grep: 'claim',
  },
  {
    guarantee: 'results do not depend on the order in which they arrive',
    file: 'src/workflows/lanes.js',
    from: 'results[index] = await work(items[index], index);',
    to: 'results.push(await work(items[index], index)); results.shift();',
    tests: 'workflows/lanes.test.js',
    grep: 'order of the items',
  },
  {
    guarantee: 'a cut body is never recorded',
    file: 'src/models/errors.js',
    from: 'if (reading.whole && (reply.cut === undefined || asked.stream))',
    to: 'if (!reading.whole) return { kind: "record", usage: { completionCharacters: 0 } };\nif (reading.whole)',
    tests: 'models/durable-fetch.test.js',
    grep: 'a body that is cut',
  },
  {
    guarantee: 'an outage is never the fault of an agent that swallows it',
    file: 'src/activities/rollout.js',
    from: 'if (outage !== undefined)',
    to: 'if (false)',
    tests: 'activities/rollout.test.js',
    grep: 'outage',
  },
];

describe('a mutant', function () {
  this.timeout(60_000);
  let copy: string;

  before(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'watersmeet-mutant-'));
    cpSync(path.join(ROOT, 'dist'), path.join(copy, 'dist'), { recursive: true, filter: (file) => !/\.d\.ts$|\.map$|workflow-bundle/.test(file) });
    cpSync(path.join(ROOT, 'package.json'), path.join(copy, 'package.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  function run({ tests, grep }: Mutant): { readonly passed: number; readonly failed: number } {
    const mocha = spawnSync(
      process.execPath,
      [
        path.join(ROOT, 'node_modules/mocha/bin/mocha.js'),
        '--no-config',
        '--exit',
        '--reporter',
        'json',
        '--timeout',
        '10000',
        '--grep',
        grep,
        path.join(copy, 'dist/test', tests),
      ],
      { cwd: copy, encoding: 'utf8' },
    );
    const report = /^\{[\s\S]*\}$/m.exec(mocha.stdout)?.[0];
    assert.ok(report !== undefined, `The tests of the copy gave no report: ${mocha.stdout} ${mocha.stderr}`);
    const { stats } = JSON.parse(report) as { stats: { passes: number; failures: number } };
    return { passed: stats.passes, failed: stats.failures };
  }

  for (const mutant of MUTANTS) {
    it(`without "${mutant.guarantee}" makes a test fail that passes with it`, () => {
      const file = path.join(copy, 'dist', mutant.file);
      const whole = readFileSync(file, 'utf8');
      assert.ok(whole.includes(mutant.from), `${mutant.file} has changed: this mutant has to be written anew.`);
      const before = run(mutant);
      assert.ok(before.passed > 0 && before.failed === 0, JSON.stringify(before));
      try {
        writeFileSync(file, whole.replaceAll(mutant.from, mutant.to));
        assert.ok(run(mutant).failed > 0);
      } finally {
        writeFileSync(file, whole);
      }
    });
  }
});
