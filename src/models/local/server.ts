// The child process that holds the local model: `node server.js <settings as JSON>`.
//
// Prints one JSON line, {"port": 12345}, when it serves on 127.0.0.1, and ends with its parent: when its standard input does.

import { serve } from '@hono/node-server';
import { createApp } from './app.js';
import { loadModel } from './llama.js';
import { RequestQueue } from './request-queue.js';
import { localModelSettings } from './settings.js';

// Ctrl-C reaches the whole process group. Calls in flight are to be answered and recorded; the parent says when it is over.
process.on('SIGINT', () => undefined);
process.stdin.on('close', () => process.exit(0)).resume();

const settings = localModelSettings.parse(JSON.parse(process.argv[2] ?? '{}'));
const { tokenizer, lanes } = await loadModel(settings);
const queue = new RequestQueue({ lanes, tokenizer, maxPasses: settings.maxPasses, maxWaiting: settings.maxWaiting });
const app = createApp({ settings, tokenizer, queue });
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: settings.port }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
