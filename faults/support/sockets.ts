import { readFileSync } from 'node:fs';

/** States of TCP in which this side still holds the connection, or bytes the other has not taken (include/net/tcp_states.h). */
const HELD = new Set(['01', '04', '08', '09', '0B']);

/** Connections to a port of this machine over IPv4 that its server, or the system for it, has not let go of. */
export function heldConnections(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const [, ...lines] = readFileSync('/proc/net/tcp', 'latin1').split('\n');
  return lines.filter((line) => {
    const [, address = '', , state = ''] = line.trim().split(/\s+/);
    return address.endsWith(local) && HELD.has(state);
  }).length;
}
