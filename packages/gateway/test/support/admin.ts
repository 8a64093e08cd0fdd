import type { Control } from '../../src/admin/control.ts';
import { AdminError, findEndpoint } from '../../src/admin/endpoint.ts';
import { ENDPOINTS } from '../../src/admin/endpoints/index.ts';
import { answerQuery } from '../../src/admin/query.ts';
import { StandingOrders } from '../../src/admin/standing-orders.ts';
import type { RunningGate } from './gate.ts';

type Ask = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The admin API of one process, without its socket. */
export function adminOf({ gateway }: RunningGate): Ask {
  const control = {
    ask: async (query: string, parameters?: unknown) => [
      { pid: 1, value: JSON.parse(JSON.stringify(await answerQuery(gateway, query, parameters))) },
    ],
    standing: new StandingOrders(undefined),
    order: (_key: string, query: string, parameters?: unknown) => control.ask(query, parameters),
    // The endpoints of this test need no more.
  } as unknown as Control;
  return async (method, path, body) => {
    const url = new URL(path, 'http://x');
    const found = findEndpoint(ENDPOINTS, method, url.pathname);
    if (typeof found === 'number') return { status: found, body: undefined };
    try {
      return await found.endpoint.handle({ parameters: found.parameters, query: url.searchParams, body }, control);
    } catch (cause) {
      if (cause instanceof AdminError) return { status: cause.status, body: cause.message };
      throw cause;
    }
  };
}
