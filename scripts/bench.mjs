// `npm run bench`: builds what is missing, then measures. See scripts/bench/.

import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['--enable-source-maps', 'dist/scripts/bench/main.js', ...process.argv.slice(2)]);
