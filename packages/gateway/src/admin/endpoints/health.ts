import type { Endpoint } from '../endpoint.ts';

export const health: Endpoint = {
  method: 'GET',
  path: '/health',
  summary: '200 while somebody serves, 503 otherwise; for health checks of containers.',
  handle(_request, control) {
    const { workers, generation } = control.status();
    const serving = workers.filter((one) => one.state === 'serving').length;
    const isServing = workers.length === 0 ? generation > 0 : serving > 0;
    return { status: isServing ? 200 : 503, body: { serving: isServing, workers: serving } };
  },
};
