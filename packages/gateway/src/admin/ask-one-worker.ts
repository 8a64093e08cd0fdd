import type { Control } from './control.ts';
import { AdminError } from './endpoint.ts';

/** An order that names no process yet: `Omit` on each form by itself. */
export type Unaddressed<Order> = Order extends unknown ? Omit<Order, 'pid'> : never;

/**
 * Puts a question that every worker could answer to one of them; a gate without workers answers itself. The order names the
 * process it is for, and the others answer `null`. Throws `AdminError`: 500 with what the worker said went wrong, 503 where none
 * has answered.
 */
export async function askOneWorker<Order extends { readonly pid: number }, Reply extends object>(
  control: Control,
  query: string,
  order: Unaddressed<Order>,
): Promise<Reply> {
  const serving = control.status().workers.find((one) => one.state === 'serving');
  const replies = await control.ask(query, { ...order, pid: serving?.pid ?? process.pid });
  for (const { value } of replies) {
    // A worker that fails says so; otherwise the query gives what its endpoint asks for.
    const reply = value as Reply | { readonly error: string } | null;
    if (reply === null) continue;
    if ('error' in reply) throw new AdminError(500, reply.error);
    return reply;
  }
  throw new AdminError(503, 'no worker answered');
}
