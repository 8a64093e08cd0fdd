import type { ConnectionInfo } from '../contract.ts';
import type { ProtectOptions } from './options.ts';

/** The ends of a connection as the runtime knows them; what it does not know is empty or 0. */
export type Ends = Omit<ConnectionInfo, 'id' | 'startedAt'>;

/** Who asks: the ends of the connection, the client and the id as the program wants them. */
export function connectionOf<R>(options: ProtectOptions<R>, request: R, ends: Ends): ConnectionInfo {
  return {
    ...ends,
    id: options.transactionId?.(request) ?? globalThis.crypto.randomUUID(),
    clientAddress: options.clientAddress?.(request) ?? ends.clientAddress,
  };
}
