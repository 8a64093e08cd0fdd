import type { Endpoint } from '../endpoint.ts';

export const reload: Endpoint = {
  method: 'POST',
  path: '/reload',
  summary: 'Reads the configuration anew. 409 with every mistake when it is bad; what runs stays in force then.',
  async handle(_request, control) {
    const outcome = await control.reload();
    return { status: outcome.isAccepted ? 200 : 409, body: outcome };
  },
};
