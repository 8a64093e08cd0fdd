import { performance } from 'node:perf_hooks';

/** What is needed of the event loop to share it; tests bring one whose clock they move. */
export interface EventLoop {
  /** Milliseconds. */
  now(): number;
  /** How many events of sockets and the like there have been so far. */
  events(): number;
  /** Calls back when the work that is under way is over, with all that its promises lead to at once. */
  afterWork(callback: () => void): void;
  /** Calls back behind the next look at what has come, for which nobody waits. */
  afterReading(callback: () => void): void;
}

/** The loop of this thread. */
export const nodeEventLoop: EventLoop = {
  now: () => performance.now(),
  events: () => performance.nodeTiming.uvMetricsInfo.events,
  // Ticks come when no microtask is left.
  afterWork: (callback) => queueMicrotask(() => process.nextTick(callback)),
  afterReading: (callback) => void setImmediate(callback),
};
