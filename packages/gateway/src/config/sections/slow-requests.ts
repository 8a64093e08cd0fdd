/** `logs.slow_requests`: what is kept of requests that took long. */
import { duration, flag, integer, listOf, size, type Table, text } from '../field.ts';

export interface SlowRequestsConfig {
  /** Milliseconds; 0 keeps nothing. */
  readonly threshold: number;
  readonly kept: number;
  readonly perMinute: number;
  readonly file?: string;
  readonly maxSize: number;
  readonly headers: readonly string[];
  readonly timeRules: boolean;
}

export const slowRequests: Table<SlowRequestsConfig> = {
  threshold: {
    type: duration(),
    default: 0,
    summary: 'Requests that take at least so long are kept, with the time of every stage; 0 keeps none.',
  },
  kept: {
    type: integer(1, 1000),
    default: 50,
    summary: 'How many each worker remembers, the newest, for `sallyport slow`.',
  },
  perMinute: {
    type: integer(1, 6000),
    default: 60,
    summary: 'How many each worker keeps in a minute; others are counted, and the next one tells their number.',
  },
  file: {
    type: text('file name'),
    isOptional: true,
    summary: 'They are written there as well, one JSON object a line.',
  },
  maxSize: {
    type: size(),
    default: 10 * 1024 * 1024,
    summary: 'When the file would become larger it is renamed to `FILE.1`, in place of an older one.',
  },
  headers: {
    type: listOf(text('header name')),
    default: [
      'Host',
      'User-Agent',
      'Referer',
      'Range',
      'Content-Type',
      'Content-Length',
      'Transfer-Encoding',
      'Accept-Encoding',
    ],
    summary: 'Request headers that are kept with it, masked as in the audit log, the first 200 bytes of each.',
  },
  timeRules: {
    type: flag(),
    default: false,
    summary:
      'Measure every rule, to tell which ones took at least a millisecond (`SecRulePerfTime 1000`, unless rules say otherwise). It costs every request some time.',
  },
};
