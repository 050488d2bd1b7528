// `npm run chaos`: builds what is missing, then kills and resumes runs. See scripts/chaos/.

import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['--enable-source-maps', 'dist/scripts/chaos/main.js', ...process.argv.slice(2)]);
