import type { Control } from './control.ts';
import { AdminError } from './endpoint.ts';
import type { StandingOrder } from './standing-orders.ts';

/** Keeps an order that is in force beyond the life of this gate, or forgets the one with this key. Throws with what people should know. */
export function keepStanding({ standing }: Control, key: string, order: Omit<StandingOrder, 'key'> | undefined): void {
  try {
    if (order === undefined) standing.remove(key);
    else standing.set({ key, ...order });
  } catch (cause) {
    throw new AdminError(500, `in force, but it will not outlive this gate: ${(cause as Error).message}`);
  }
}
