// `npm run quickstart`: from a bare clone to an optimized agent with proof. No key, no account, no Docker: a key in the
// environment is not used. `npm run quickstart -- --model openai:<name>` runs the same on that model.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();

// A folder of its own: the example stays as it is, and what was recorded is found again.
const folder = process.env.WATERSMEET_QUICKSTART_FOLDER ?? path.join(root, '.watersmeet', 'quickstart');
mkdirSync(folder, { recursive: true });
for (const file of ['watersmeet.config.ts', 'messages.jsonl']) cpSync(path.join(root, 'examples/freight-desk', file), path.join(folder, file));

const cli = path.join(root, 'dist/src/cli/main.js');
const given = process.argv.slice(2);
// A priced model needs a limit: the example costs a few cents at most.
const limit = given.some((word) => word.startsWith('openai:')) && !given.some((word) => word.startsWith('budget.money')) ? ['--set', 'budget.money=1'] : [];
const command = given.includes('--resume') ? ['resume'] : ['optimize', ...given, ...limit];
const child = spawn(process.execPath, ['--enable-source-maps', cli, ...command, '--config', folder], {
  stdio: 'inherit',
  cwd: root,
  env: withoutEngine(process.env),
});
// Ctrl-C reaches the child as well: it stops cleanly and says how to go on.
process.on('SIGINT', () => undefined);
child.once('exit', (code, signal) => {
  if (code === 130 || signal !== null) console.log('Go on with: npm run quickstart -- --resume');
  process.exitCode = code ?? 1;
});

/** The quickstart's engine is its own, whatever cluster the environment names; its hints are for a clone without the command on the path. */
function withoutEngine(environment) {
  const own = { ...environment };
  delete own.TEMPORAL_ADDRESS;
  delete own.TEMPORAL_PROFILE;
  own.WATERSMEET_COMMAND = 'npm run -s watersmeet --';
  return own;
}
