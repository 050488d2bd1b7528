// `npm run reproduce`: builds what is missing, then compares strategies. See scripts/reproduce/.

import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['--enable-source-maps', 'dist/scripts/reproduce/main.js', ...process.argv.slice(2)]);
