import type { Waf } from '../contract.ts';

/**
 * Makes what the first requests would have to wait for, a piece at a time behind whatever else there is to do. Keeps no process alive,
 * and never throws: what cannot be made, the request that needs it will say.
 */
export function prepareInPauses(waf: Pick<Waf, 'prepare'>): void {
  let pieces: Iterator<void>;
  const makeNext = (): void => {
    try {
      pieces ??= waf.prepare()[Symbol.iterator]();
      if (pieces.next().done !== true) setImmediate(makeNext).unref();
    } catch {
      // The request that needs it is refused for it, or passed, as `onError` says.
    }
  };
  setImmediate(makeNext).unref();
}
