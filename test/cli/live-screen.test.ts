// Needs nothing: the terminal is xterm's, without a screen.

import assert from 'node:assert/strict';
import xterm from '@xterm/headless';
import { randomStream } from '../../src/core/random.js';
import { liveScreen } from '../../src/cli/live-screen.js';

const COLUMNS = 40;
const ROWS = 20;

function terminal() {
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 10_000, convertEol: true, allowProposedApi: true });
  const stream = { isTTY: true, columns: COLUMNS, rows: ROWS, write: (text: string) => screen.write(text) };
  return {
    live: liveScreen(stream as unknown as NodeJS.WriteStream),
    /** Everything that was written, without the empty lines at the end. */
    lines: async (): Promise<readonly string[]> => {
      await new Promise<void>((resolve) => screen.write('', resolve));
      const { buffer } = screen;
      return Array.from({ length: buffer.active.length }, (_, row) => buffer.active.getLine(row)!.translateToString(true))
        .join('\n')
        .trimEnd()
        .split('\n');
    },
  };
}

describe('the live screen', () => {
  it('shows the last frame and nothing else, however the number of lines changes', async () => {
    const random = randomStream(1, 'live-screen', 'test');
    const { live, lines } = terminal();
    for (let frame = 0; frame < 300; frame++) {
      // Beginning and end often stay while lines come and go between them.
      const middle = Array.from(
        { length: Math.floor(random.next() * 8) },
        (_, index) => `  s${index} ${random.next() < 0.5 ? 'epoch 1' : 'longer than before'}`,
      );
      const text = ['title', ...middle, ' · prove', random.next() < 0.8 ? '38 calls' : `${frame} calls`];
      live.draw(text.join('\n'));
      assert.deepEqual(await lines(), text, `frame ${frame}`);
    }
  });

  it('keeps what is told above the frame', async () => {
    const { live, lines } = terminal();
    live.draw('title\n one\nend');
    live.persist('The endpoint does not answer.');
    live.draw('title\n one\n two\nend');
    live.done();
    assert.deepEqual(await lines(), ['The endpoint does not answer.', 'title', ' one', ' two', 'end']);
  });
});
