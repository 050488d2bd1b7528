// Reads one document in a process of its own: it may be made to harm, take all memory, or never end. No code can be made from texts here,
// and the environment's variables are empty.

import { documentText } from './document-text.js';
import type { ExtractAnswer, ExtractRequest } from './extract.js';

process.once('message', (message) => {
  const { name, bytes, member } = message as ExtractRequest;
  void documentText(name, bytes, member)
    .then(
      (text): ExtractAnswer => ({ text }),
      (error: unknown): ExtractAnswer => ({ problem: error instanceof Error ? error.message : String(error) }),
    )
    .then((answer) => process.send?.(answer, undefined, undefined, () => process.disconnect()));
});
