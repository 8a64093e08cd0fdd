import { AdminError, type Endpoint } from '../endpoint.ts';
import { ADDRESS_STATES, type AddressOrder } from '../queries/upstreams.ts';

export const listUpstreams: Endpoint = {
  method: 'GET',
  path: '/upstreams',
  summary: 'Upstreams and the state of their addresses, by worker: each has its own view of their health.',
  async handle(_request, control) {
    const workers = await control.ask('upstreams');
    return { status: 200, body: { workers: workers.map(({ pid, value }) => ({ pid, upstreams: value })) } };
  },
};

export const setAddressState: Endpoint = {
  method: 'PUT',
  path: '/upstreams/:name/address',
  summary:
    'Puts an address in or out of service, in all workers and those that start later: `{"url": "http://…", "state": "up"|"drain"|"down"}`. `drain` finishes sessions and takes no new ones.',
  async handle({ parameters, body }, control) {
    const { url, state } = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
    const wanted = ADDRESS_STATES.find((one) => one === state);
    if (typeof url !== 'string' || wanted === undefined)
      throw new AdminError(400, `the body has a "url" and a "state" of ${ADDRESS_STATES.join(', ')}`);
    const order: AddressOrder = { upstream: parameters['name'] ?? '', url, state: wanted };
    const known = await control.ask('upstreams');
    if (!known.some(({ value }) => JSON.stringify(value).includes(JSON.stringify(url))))
      throw new AdminError(404, `no upstream has the address ${url}`);
    const replies = await control.order(`address ${order.upstream} ${url}`, 'set-address-state', order);
    for (const { value } of replies) {
      const { error } = (value ?? {}) as { readonly error?: unknown };
      if (error !== undefined) throw new AdminError(404, String(error));
    }
    return { status: 200, body: { ...order, workers: replies.length } };
  },
};
