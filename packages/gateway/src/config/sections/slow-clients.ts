/** `slow_clients`: how slow a client may be, stage by stage. */

import type { PaceLimit } from '../../listener/slow-clients/pace.ts';
import { defaultsOf, duration, section, size, type Table } from '../field.ts';

export interface SlowClientsConfig {
  readonly handshake: PaceLimit;
  readonly header: PaceLimit;
  readonly body: PaceLimit;
  readonly response: PaceLimit;
}

const pace = (time: number, minimumRate: number, maximum: number): Table<PaceLimit> => ({
  time: { type: duration(), default: time, summary: 'Time at first; 0 means no limit.' },
  minimumRate: {
    type: size(),
    default: minimumRate,
    summary: 'Bytes per second. Every byte adds its share to the time; 0: no byte does, and `time` is all there is.',
  },
  maximum: { type: duration(), default: maximum, summary: 'Time at most, whatever the rate; 0 means no such end.' },
});

const handshake = pace(10_000, 0, 0);
const header = pace(20_000, 500, 40_000);
const body = pace(20_000, 500, 0);
const response = pace(30_000, 500, 0);

export const slowClients: Table<SlowClientsConfig> = {
  handshake: { type: section(handshake, 'time'), default: defaultsOf(handshake), summary: 'A TLS handshake.' },
  header: {
    type: section(header, 'time'),
    default: defaultsOf(header),
    summary:
      'A request head; then 408. The clock of a kept connection starts with the first byte; `timeouts.keep_alive` is for the time before.',
  },
  body: {
    type: section(body, 'time'),
    default: defaultsOf(body),
    summary:
      'A request body; then 408. It may take hours when bytes keep coming; `timeouts.body_idle` ends silence. The clock stands still while the gate does not read.',
  },
  response: {
    type: section(response, 'time'),
    default: defaultsOf(response),
    summary: 'A client that does not take the bytes of an answer that wait for it; then the connection is cut.',
  },
};
