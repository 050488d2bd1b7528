// Answers with a hash of the request: two answers are equal exactly if the requests are.

import { createHash } from 'node:crypto';
import type { TextBrain } from './brain.js';

export const echo: TextBrain = ({ seed, body }) =>
  `echo ${createHash('sha256')
    .update(`${seed} ${JSON.stringify(body)}`)
    .digest('hex')}`;
