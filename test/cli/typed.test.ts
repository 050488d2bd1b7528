// Needs nothing: what is shown depends on the environment alone.

import assert from 'node:assert/strict';
import { asTyped, programName } from '../../src/cli/typed.js';
import { widthOf } from '../../src/cli/views/lines.js';
import { runTree } from '../../src/cli/views/run-tree.js';
import { limits } from '../../src/cli/views/title.js';
import { initialRunState } from '../../src/core/run-state.js';
import type { RunSettings } from '../../src/core/run-settings.js';

const NAMES = ['WATERSMEET_COMMAND', 'npm_command', 'npm_lifecycle_event'] as const;

describe('commands as they have to be typed', () => {
  const before = NAMES.map((name) => [name, process.env[name]] as const);

  beforeEach(() => {
    for (const name of NAMES) delete process.env[name];
  });
  after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('name the program as it was called', () => {
    assert.equal(programName(), 'watersmeet');
    process.env['npm_command'] = 'exec';
    assert.equal(programName(), 'npx watersmeet');
    process.env['npm_command'] = 'run-script';
    process.env['npm_lifecycle_event'] = 'watersmeet';
    assert.equal(programName(), 'npm run -s watersmeet --');
    process.env['WATERSMEET_COMMAND'] = 'mine';
    assert.equal(programName(), 'mine');
  });

  it('are wrapped in the live tree with the longer name', () => {
    process.env['WATERSMEET_COMMAND'] = 'npm run -s watersmeet --';
    const notice = 'Nobody executes this run at the moment, so type `watersmeet resume` to go on';
    const tree = runTree({ title: 't', state: initialRunState('r'), totals: [], status: 'running', now: 0, rows: 3, columns: 80, notice, asTyped });
    assert.match(tree.replaceAll(/\s+/g, ' '), /`npm run -s watersmeet -- resume`/);
    for (const line of tree.split('\n')) assert.ok(widthOf(line) <= 80, line);
  });
});

describe('the limits of a run', () => {
  it('show parts of a minute', () => {
    for (const [activeMinutes, shown] of [
      [0.03, 'at most 0.03 min'],
      [1.5, 'at most 1.5 min'],
      [1440, 'at most 1,440 min'],
    ] as const)
      assert.equal(limits({ budget: { activeMinutes } } as RunSettings), shown);
  });
});
