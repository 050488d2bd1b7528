// Needs `script` of util-linux for a pseudo-terminal (skipped without), the temporal program and a fake endpoint in its own process.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { cleanEnvironment, MAIN, running, type RunningCli } from './run-cli.js';
import { smallProject, type SmallProject } from './small-project.js';

const COLOUR = /\u001B\[3\dm/;
const CTRL_C = '\u0003';

/** A command in a terminal of 80 columns and 24 lines; what is typed goes to `stdin`. */
function inTerminal(folder: string, command: string, environment: Readonly<Record<string, string | undefined>> = {}): RunningCli {
  const line = `stty cols 80 rows 24; exec "${process.execPath}" "${MAIN}" ${command}`;
  return running(
    spawn('script', ['-qefc', line, '/dev/null'], {
      cwd: folder,
      env: cleanEnvironment({ TERM: 'xterm-256color', CI: undefined, NO_COLOR: undefined, ...environment }),
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

function screenLines(text: string): readonly string[] {
  return stripVTControlCharacters(text).split(/[\r\n]+/);
}

describe('on a terminal', () => {
  let project: SmallProject;

  before(async function () {
    if (spawnSync('script', ['--version']).status !== 0) {
      console.log('    skipped: there is no `script` (util-linux) for a pseudo-terminal');
      return this.skip();
    }
    project = await smallProject({ endpoint: { latency: { kind: 'fixed', milliseconds: 30 }, onRequest: [{ arrival: 60, when: 'before', line: 'middle' }] } });
  });
  after(() => project?.remove());

  it('a run is a live tree; Ctrl-C leaves it as it was and says how to go on', async () => {
    const run = inTerminal(project.folder, 'optimize');
    await run.meanwhile(project.endpoint.line('middle'));
    await run.until(/epoch 1/);
    run.process.stdin!.write(CTRL_C);
    const { exitCode, stdout } = await run.exit;
    assert.equal(exitCode, 130, stdout);
    assert.match(stdout, COLOUR);
    const lines = screenLines(stdout);
    for (const line of lines) assert.ok([...line].length <= 80, `longer than 80 columns: ${line}`);
    const text = lines.join('\n');
    assert.match(text, / ✔ divide {4}\d+ training tasks/);
    assert.match(text, / ● optimize {2}\d\/\d subsets, \d epochs?/);
    assert.match(text, /\n {5}s0001 ░{10} {2}epoch 1\n/);
    assert.match(text, /\d+ calls \(\d+ sent\) \| \S+ \+ \S+ tokens \| \$0 \| \d+s\n/);
    assert.match(
      text,
      /Stopping(?:: \d+ calls? in flight (?:is|are) recorded, for \d+ s at most\s\(Ctrl-C again\sends\sat\sonce\))?\.\nInterrupted\. Go on with: watersmeet resume \S+\n/,
    );
  });

  it('resume finishes it, with the result in 80 columns', async () => {
    const run = inTerminal(project.folder, 'resume');
    const { exitCode, stdout } = await run.exit;
    assert.equal(exitCode, 0, stdout);
    const lines = screenLines(stdout);
    for (const line of lines) assert.ok([...line].length <= 80 || line.includes('/'), `longer than 80 columns: ${line}`);
    assert.match(lines.join('\n'), / {2}seed\n {4}select {3}0\.000 \[0\.00, 0\.\d\d\] n=\d+\n/);
    assert.match(stdout, COLOUR);
  });

  it('status is coloured, unless NO_COLOR is set', async () => {
    assert.match((await inTerminal(project.folder, 'status').exit).stdout, COLOUR);
    assert.doesNotMatch((await inTerminal(project.folder, 'status', { NO_COLOR: '1' }).exit).stdout, COLOUR);
  });

  it('an error is wrapped between words', async () => {
    const { exitCode, stdout } = await inTerminal(project.folder, 'status nothing').exit;
    assert.equal(exitCode, 2);
    assert.match(screenLines(stdout).join(' '), /error There is no run "nothing" in \S+\. The newest is "\S+"; `watersmeet runs` lists them\./);
  });
});
