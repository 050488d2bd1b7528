// `npm run reproduce`: builds what is missing, then compares strategies. See scripts/reproduce/.

import { prepare, run } from './prepare.mjs';

prepare();
// Ctrl-C reaches the comparison as well: it stops cleanly, and is waited for.
process.on('SIGINT', () => undefined);
run(process.execPath, ['--enable-source-maps', 'dist/scripts/reproduce/main.js', ...process.argv.slice(2)]);
