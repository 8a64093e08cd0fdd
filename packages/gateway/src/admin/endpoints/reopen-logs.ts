import type { Endpoint } from '../endpoint.ts';

export const reopenLogs: Endpoint = {
  method: 'POST',
  path: '/logs/reopen',
  summary: 'Opens every log file anew, after a rotation.',
  handle(_request, control) {
    control.reopenLogs();
    return { status: 202, body: { reopening: true } };
  },
};
