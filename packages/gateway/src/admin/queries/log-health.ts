import type { Query } from '../query.ts';

/** How many lines each log has written, dropped, and failed to write. */
export const logHealth: Query = {
  name: 'log-health',
  answer: ({ logs }) => logs.health,
};
