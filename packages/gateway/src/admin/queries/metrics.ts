import type { Query } from '../query.ts';

/** Everything this process has counted. */
export const metrics: Query = {
  name: 'metrics',
  answer: (gateway) => gateway.metrics(),
};
