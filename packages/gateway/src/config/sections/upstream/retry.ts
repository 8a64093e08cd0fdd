/** `upstreams.NAME.retry`: how often a request is tried again. */
import { integer, type Table } from '../../field.ts';

export interface RetryConfig {
  readonly attempts: number;
  /** Percent of the requests. */
  readonly share: number;
}

export const retry: Table<RetryConfig> = {
  attempts: {
    type: integer(0, 10),
    default: 1,
    summary:
      'How often a request may be tried again, on another address where there is one: before the first byte of an answer, with a body that is at hand, and only with a method that may be repeated, or when it was never sent.',
  },
  share: {
    type: integer(0, 100),
    default: 20,
    summary: 'Percent of the requests that may be retries, so that an outage is not made worse.',
  },
};
