import type { Query } from '../query.ts';

/** Requests that took long, as far as this worker remembers them; null where none are kept. */
export const slowRequests: Query = {
  name: 'slow-requests',
  answer: ({ logs }) => logs.slow?.entries ?? null,
};
