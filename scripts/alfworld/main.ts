// Writes examples/alfworld-react/demos.json: the stories, played in the invented rooms.
//   npm run build && node dist/scripts/alfworld/main.js

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { playStories } from './play-stories.js';

const file = path.join(import.meta.dirname, '../../../examples/alfworld-react/demos.json');
writeFileSync(file, `${JSON.stringify(playStories(), undefined, 2)}\n`);
