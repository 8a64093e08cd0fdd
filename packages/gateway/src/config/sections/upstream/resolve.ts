/** `upstreams.NAME.resolve`: how host names become addresses. */
import { checkResolver } from '../../checks.ts';
import { choice, duration, listOf, type Table, text } from '../../field.ts';

export interface ResolveConfig {
  readonly by: 'system' | 'dns' | 'srv';
  readonly interval: number;
  readonly servers: readonly string[];
}

export const resolve: Table<ResolveConfig> = {
  by: {
    type: choice('system', 'dns', 'srv'),
    default: 'system',
    summary:
      '`system`: as every program of this machine does, `/etc/hosts` included. `dns`: A and AAAA records, asked for again when their time to live is over. `srv`: SRV records of the name in the address, with their ports, weights and priorities.',
  },
  interval: {
    type: duration(),
    default: 30_000,
    summary: 'Names are looked up again after so long, at the latest.',
  },
  servers: {
    type: listOf(text('IP address with an optional port', checkResolver)),
    default: [],
    summary: 'Name servers to ask instead of those of the system; for `dns` and `srv`.',
  },
};
