// `npm run chaos`: kills runs with SIGKILL at 20 moments, resumes them, and prints what each kill cost.
// `npm run chaos -- 7 3`: only run 7 to 3 runs from there (run 7, 8, 9).

import { prepare } from './prepare.mjs';

prepare();
await import('../dist/scripts/chaos/main.js');
