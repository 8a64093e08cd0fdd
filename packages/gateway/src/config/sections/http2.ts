/** `http2`: what one connection of HTTP/2 may do. */
import { integer, type Table } from '../field.ts';

export interface Http2Config {
  readonly streams: number;
  readonly resets: number;
  readonly controlFrames: number;
}

export const http2: Table<Http2Config> = {
  streams: {
    type: integer(1, 1000),
    default: 100,
    summary: 'Requests at the same time on one connection; more are refused by the protocol and may be sent again.',
  },
  resets: {
    type: integer(1, 100_000),
    default: 100,
    summary: 'Requests a client may take back within 10 seconds; then the connection is closed.',
  },
  controlFrames: {
    type: integer(10, 1_000_000),
    default: 1000,
    summary:
      'Frames without a request (SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty DATA) a connection may send within 10 seconds, beside those that belong to the bodies it sends and receives; then it is closed.',
  },
};
