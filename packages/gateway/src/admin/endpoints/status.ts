import type { Endpoint } from '../endpoint.ts';

export const status: Endpoint = {
  method: 'GET',
  path: '/status',
  summary: 'Processes, requests, memory, configuration and whether it is stale, listeners, unsafe settings.',
  handle: (_request, control) => ({ status: 200, body: control.status() }),
};
