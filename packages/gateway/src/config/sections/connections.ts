/** `connections`: how many connections one client, and all of them, may have. */
import { checkTrustedProxy } from '../checks.ts';
import { integer, listOf, type Table, text } from '../field.ts';

export interface ConnectionsConfig {
  readonly perAddress: number;
  readonly perAddressAbove: number;
  readonly keepAliveBelow: number;
  readonly except: readonly string[];
}

export const connections: Table<ConnectionsConfig> = {
  perAddress: {
    type: integer(0, 1_000_000),
    default: 512,
    summary:
      'Connections of one address (of one /64 in IPv6) to a listener at once; more are closed. 0 means no limit. The workers count together.',
  },
  perAddressAbove: {
    type: integer(0, 100),
    default: 0,
    summary: 'The limit of one address applies only when more than this percentage of `limits.connections` is in use.',
  },
  keepAliveBelow: {
    type: integer(1, 100),
    default: 90,
    summary:
      'When more than this percentage of `limits.connections` is in use, connections are closed after the answer under way.',
  },
  except: {
    type: listOf(text('IP address or network', checkTrustedProxy)),
    default: [],
    summary: 'Addresses and networks that `per_address` does not apply to; `trusted_proxies` are never limited.',
  },
};
