/** `timeouts`: how long a client, and the gate at its end, may take. All in milliseconds. */
import { duration, type Table } from '../field.ts';

export interface TimeoutsConfig {
  readonly keepAlive: number;
  readonly bodyIdle: number;
  readonly linger: number;
  readonly tunnelIdle: number;
  readonly drain: number;
}

const seconds = (count: number): number => count * 1000;

export const timeouts: Table<TimeoutsConfig> = {
  keepAlive: { type: duration(), default: seconds(15), summary: 'How long an idle client connection is kept.' },
  bodyIdle: {
    type: duration(),
    default: seconds(30),
    summary:
      'Longest silence within a request body; then 408. The whole upload may take as long as it needs, if it is not slower than `slow_clients.body` says.',
  },
  linger: {
    type: duration(),
    default: seconds(2),
    summary:
      'After an early refusal the rest of the request is read and thrown away this long, so that the client gets to see the answer.',
  },
  tunnelIdle: {
    type: duration(),
    default: seconds(600),
    summary: 'Longest silence on a WebSocket connection; 0 means no limit.',
  },
  drain: {
    type: duration(),
    default: seconds(30),
    summary: 'On shutdown, how long running requests may take to finish.',
  },
};
