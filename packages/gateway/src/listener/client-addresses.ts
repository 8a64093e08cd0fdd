import { isIP } from 'node:net';
import type { Gate } from '../gate.ts';
import type { ClientAddress } from '../logs/index.ts';
import { forwardedClient } from '../proxy/hop-headers.ts';
import type { FrontConnection, FrontRequest } from './front.ts';
import { plainAddress } from './networks.ts';
import { type Head, headerOf } from './strict-http.ts';

export interface ClientAddresses {
  /** The client as far as known: the peer, or whom a trusted proxy speaks for. */
  readonly client: ClientAddress;
  readonly peer: ClientAddress;
  readonly isPeerTrusted: boolean;
}

/** The two ends of a connection. */
export interface Ends {
  readonly peer: ClientAddress;
  readonly local: ClientAddress;
}

const ends = Symbol('ends of a connection');

/** Looked up once for all requests of a connection. */
export function endsOf(connection: FrontConnection & { [ends]?: Ends }): Ends {
  return (connection[ends] ??= {
    peer: { address: plainAddress(connection.remoteAddress), port: connection.remotePort ?? 0 },
    local: { address: plainAddress(connection.localAddress), port: connection.localPort ?? 0 },
  });
}

/** Who sent a request, as far as known. */
export function addressesOf(gate: Gate, { socket }: FrontRequest, head: Head): ClientAddresses {
  const { peer } = endsOf(socket);
  const isPeerTrusted = gate.trusted.contains(peer.address);
  const client = isPeerTrusted ? spokenFor(gate, peer, headerOf(head, 'x-forwarded-for')) : peer;
  return { client, peer, isPeerTrusted };
}

/** Who the trusted peer speaks for. Ports of forwarded clients are not known. */
function spokenFor(gate: Gate, peer: ClientAddress, forwardedFor: string | undefined): ClientAddress {
  const address = forwardedClient(
    forwardedFor,
    peer.address,
    (one) => gate.trusted.contains(one),
    (text) => isIP(text) !== 0,
  );
  return address === peer.address ? peer : { address, port: 0 };
}
