import type { Endpoint } from '../endpoint.ts';

export const logs: Endpoint = {
  method: 'GET',
  path: '/logs',
  summary: 'Lines each log has written, dropped and failed to write, by worker.',
  async handle(_request, control) {
    const workers = await control.ask('log-health');
    return { status: 200, body: { workers: workers.map(({ pid, value }) => ({ pid, files: value })) } };
  },
};
