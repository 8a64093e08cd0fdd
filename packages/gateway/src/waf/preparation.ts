/** What the first requests would have to wait for is made while there is nothing else to do. */
import { setImmediate as afterEvents } from 'node:timers/promises';
import type { Waf } from '@sallyport/engine';

export class Preparation {
  #isOver = false;

  /**
   * Goes through the rule sets in small pieces, with everything that has come in between each two. Resolves when it is done or
   * stopped; never rejects.
   */
  async run(wafs: readonly Pick<Waf, 'prepare'>[]): Promise<void> {
    try {
      for (const waf of wafs) {
        for (const _piece of waf.prepare()) {
          await afterEvents();
          if (this.#isOver) return;
        }
      }
    } catch {
      // What cannot be made, the request that needs it will say, where it is refused for it.
    }
  }

  stop(): void {
    this.#isOver = true;
  }
}
