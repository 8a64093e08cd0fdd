import { TLSSocket } from 'node:tls';
import type { TlsFacts } from '../logs/index.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { FrontConnection } from './front.ts';

/** What the handshake of a connection has agreed upon; undefined without TLS. `client`: where its certificate was asked for. */
export function tlsFactsOf(front: FrontConnection, client: ClientIdentity | undefined): TlsFacts | undefined {
  const socket = front.connection ?? front;
  if (!(socket instanceof TLSSocket)) return undefined;
  const { servername } = socket as { readonly servername?: string | false };
  return {
    protocol: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher()?.name,
    serverName: typeof servername === 'string' ? servername : undefined,
    client,
  };
}
