// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scanForStops } from '../../../src/models/local/stop-scanner.js';

describe('scanForStops', () => {
  const rows: readonly {
    readonly name: string;
    readonly text: string;
    readonly stops: readonly string[];
    readonly ended?: boolean;
    readonly shown: string;
    readonly stopped: boolean;
  }[] = [
    { name: 'cuts before a stop sequence', text: 'yes\nQ', stops: ['\n'], shown: 'yes', stopped: true },
    { name: 'takes the first of several', text: 'a-b;c', stops: [';', '-'], shown: 'a', stopped: true },
    { name: 'takes the one that is complete first', text: 'aba', stops: ['aba', 'b'], shown: 'a', stopped: true },
    { name: 'holds back what may become one', text: 'yes\n', stops: ['\n\n'], shown: 'yes', stopped: false },
    { name: 'shows it when nothing follows', text: 'yes\n', stops: ['\n\n'], ended: true, shown: 'yes\n', stopped: false },
    { name: 'holds back an unfinished character', text: 'caf\uFFFD', stops: [], shown: 'caf', stopped: false },
    { name: 'shows the character at the end as it is', text: 'caf\uFFFD', stops: [], ended: true, shown: 'caf\uFFFD', stopped: false },
  ];
  for (const { name, text, stops, ended = false, shown, stopped } of rows) {
    it(name, () => assert.deepEqual(scanForStops(text, stops, ended), { text: shown, stopped }));
  }

  it('never shows what it has to take back', () => {
    const letters = fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        letters,
        fc.array(
          letters.filter((text) => text !== ''),
          { maxLength: 3 },
        ),
        (text, stops) => {
          const end = scanForStops(text, stops, true);
          for (let length = 0; length < text.length; length += 1) {
            const { text: shown, stopped } = scanForStops(text.slice(0, length), stops, false);
            assert.ok(end.text.startsWith(shown), `"${shown}" was shown of "${end.text}"`);
            if (stopped) break;
          }
        },
      ),
    );
  });
});
