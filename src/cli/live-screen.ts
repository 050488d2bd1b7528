// A few lines at the end of a terminal that are drawn again and again in place.

import { createLogUpdate } from 'log-update';

export interface LiveScreen {
  /** Puts the lines where those before them stood. */
  draw(text: string): void;
  /** Writes lines that stay, above those that are drawn. */
  persist(text: string): void;
  /** What was drawn last stays. */
  done(): void;
  /** It goes. */
  clear(): void;
}

export function liveScreen(stream: NodeJS.WriteStream): LiveScreen {
  const log = createLogUpdate(stream, { showCursor: true });
  let lines = 0;
  return {
    draw(text) {
      const count = text.split('\n').length;
      // log-update 7 writes only what changed, and misplaces it when the lines have become more or fewer (8 needs Node 22).
      if (count !== lines) log.clear();
      lines = count;
      log(text);
    },
    persist: (text) => log.persist(text),
    done: () => log.done(),
    clear: () => {
      log.clear();
      log.done();
    },
  };
}
