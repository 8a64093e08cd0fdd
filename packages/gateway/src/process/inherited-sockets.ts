/** Sockets this process was handed at its start: by systemd (socket activation), or by the supervisor it takes over from. */
import type { ListenerConfig } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { InheritedSocket } from './listening-sockets.ts';

/** Names the sockets a supervisor hands to the next one. */
export const SOCKETS_VARIABLE = 'SALLYPORT_SOCKETS';

/** systemd begins here (sd_listen_fds). */
const FIRST_OF_SYSTEMD = 3;

export interface Inheritance {
  readonly sockets: readonly InheritedSocket[];
  /** Another supervisor serves until this one does. */
  readonly isTakingOver: boolean;
}

/**
 * What the environment says was inherited. Sockets of systemd belong to the listeners in their order; throws when their numbers
 * differ. The variables should be removed then, so that no program started later takes them for its own.
 */
export function inheritedSockets(
  listeners: readonly ListenerConfig[],
  environment: Environment,
  pid: number,
): Inheritance {
  const handedOver = environment[SOCKETS_VARIABLE];
  if (handedOver !== undefined) {
    // Written by the supervisor this one was started by.
    return { sockets: JSON.parse(handedOver) as readonly InheritedSocket[], isTakingOver: true };
  }
  const count = Number(environment['LISTEN_FDS'] ?? 0);
  if (count === 0 || environment['LISTEN_PID'] !== String(pid)) return { sockets: [], isTakingOver: false };
  if (count !== listeners.length) {
    throw new Error(`systemd hands over ${count} sockets, and the configuration has ${listeners.length} listeners`);
  }
  const sockets = listeners.map(({ address, port }, at) => ({
    wanted: `${address}|${port}`,
    descriptor: FIRST_OF_SYSTEMD + at,
    address,
    port,
  }));
  return { sockets, isTakingOver: false };
}
