import { AdminError, type Endpoint } from '../endpoint.ts';

export const listSlowRequests: Endpoint = {
  method: 'GET',
  path: '/slow-requests',
  summary: 'Requests that took at least `logs.slow_requests.threshold`, those of all workers, the newest last.',
  async handle(_request, control) {
    const replies = await control.ask('slow-requests');
    const lists = replies.flatMap(({ value }) => (Array.isArray(value) ? [value as readonly unknown[]] : []));
    if (lists.length === 0) throw new AdminError(404, 'no slow requests are kept; set logs.slow_requests.threshold');
    const all = lists
      .flat()
      .filter((one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null);
    return {
      status: 200,
      body: { requests: all.toSorted((a, b) => String(a['time']).localeCompare(String(b['time']))) },
    };
  },
};
