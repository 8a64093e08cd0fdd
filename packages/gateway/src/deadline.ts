import { AfterReading } from './after-reading.ts';

/**
 * Calls back when so many milliseconds are over, unless the function it gives has been called by then. What had come on connections is
 * read first: the event loop has timers before sockets, and after a standstill of this process whoever was in time would be found late.
 */
export function deadline(milliseconds: number, onOver: () => void): () => void {
  let isCalledOff = false;
  const timer = setTimeout(() => {
    new AfterReading<undefined>(() => {
      if (!isCalledOff) onOver();
    }).add(undefined);
  }, milliseconds);
  return () => {
    isCalledOff = true;
    clearTimeout(timer);
  };
}
