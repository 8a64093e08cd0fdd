/** `routes[].traffic`: how much of a route is served at once. What is over it waits. */
import { duration, integer, size, type Table } from '../field.ts';

export interface RouteTrafficConfig {
  readonly requests: number;
  readonly clientRequests: number;
  readonly queue: number;
  readonly wait: number;
  readonly perSecond: number;
  readonly clientPerSecond: number;
  readonly bytesPerSecond: number;
  readonly clientBytesPerSecond: number;
}

const count = integer(0, 1_000_000);

export const routeTraffic: Table<RouteTrafficConfig> = {
  requests: {
    type: count,
    default: 0,
    summary: 'Requests with the application at once; more wait. 0 means no limit. The workers count together.',
  },
  clientRequests: {
    type: count,
    default: 100,
    summary:
      'The same for one client: an address, or a /64 in IPv6. Below `upstreams.<name>.connections`, so that nobody has them all. WebSockets do not count.',
  },
  queue: {
    type: count,
    default: 100,
    summary: 'Requests that may wait in each worker, for a place or for their pace; more get 503 at once.',
  },
  wait: { type: duration(), default: 5000, summary: 'How long one may wait; then 503.' },
  perSecond: {
    type: count,
    default: 0,
    summary:
      'Requests a second, on average over a second or more; those that come faster are delayed. 0 means no limit. Each worker keeps it by itself: divide by their number.',
  },
  clientPerSecond: { type: count, default: 0, summary: 'The same for one client, in each worker.' },
  bytesPerSecond: {
    type: size(),
    default: 0,
    summary:
      'Bytes a second of all answers together; they are slowed down to it. 0 means no limit. Each worker keeps it by itself.',
  },
  clientBytesPerSecond: { type: size(), default: 0, summary: 'The same for one client, in each worker.' },
};
