import { collectMetrics } from '../../metrics/collect.ts';
import { EXPOSITION_TYPE } from '../../metrics/exposition.ts';
import type { Endpoint } from '../endpoint.ts';

export const metrics: Endpoint = {
  method: 'GET',
  path: '/metrics',
  summary: 'What all workers have counted, in the text format of Prometheus.',
  handle: async (_request, control) => ({
    status: 200,
    body: await collectMetrics(control),
    contentType: EXPOSITION_TYPE,
  }),
};
