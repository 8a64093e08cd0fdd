/** An HTTPS server that chooses certificate and protocol by what the client asks for. */
import type { IncomingMessage, ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { SecureContext, TLSSocket, Server as TlsServer } from 'node:tls';
import { ACME_TLS, handshakeProof } from '../acme/handshake-proof.ts';
import type { ConfigurationFiles } from '../config/configuration-files.ts';
import type { ListenerConfig, ListenerTlsConfig } from '../config/sections/listener.ts';
import type { GateResponse } from '../proxy/exchange.ts';
import { type Certificates, loadCertificates } from './certificates.ts';

export interface SecureDoor {
  readonly server: Server<typeof IncomingMessage, typeof GateResponse>;
  readonly asksForCertificates: boolean;
  /** The connection has agreed on HTTP/2. */
  isMultiplexed(socket: TLSSocket): boolean;
  /** Whether a connection that was opened for a name may be used for a host: their certificate is the same. */
  serves(socket: TLSSocket, host: string): boolean;
  /** Takes over certificates and settings for connections from now on. Throws, with nothing changed, when a file is bad. */
  update(config: ListenerConfig, storage: string | undefined): void;
}

/** The longest a timer of Node can be: our own clock ends slow handshakes. */
const NO_TIMEOUT = 2 ** 31 - 1;

/** What Node's TLS server reads for each new connection; its types know them as options only. */
interface PerConnection {
  requestCert: boolean;
  rejectUnauthorized: boolean;
}

/** `storage`: where ordered certificates are. */
export function createSecureDoor(
  options: ServerOptions<typeof IncomingMessage, typeof GateResponse>,
  first: ListenerConfig,
  firstStorage: string | undefined,
  files: ConfigurationFiles,
): SecureDoor {
  let config = first;
  let folder = firstStorage;
  const proofOf = (name: string): SecureContext | undefined =>
    handshakeProof(folder, config.tls?.automatic ?? [], name);
  let certificates: Certificates = loadCertificates(first.tls as ListenerTlsConfig, firstStorage, files);
  /** What handshakes under way are to prove. */
  const proofs = new WeakMap<TLSSocket, SecureContext>();
  const server = createServer({
    ...options,
    ...certificates.fallback,
    handshakeTimeout: NO_TIMEOUT,
    // A name that has no certificate yet is proved with the one made for that; no other client could come in by it.
    SNICallback(this: TLSSocket, name, done) {
      done(null, proofs.get(this) ?? certificates.contextFor(name) ?? proofOf(name));
    },
    // Without a common protocol the handshake fails (RFC 7301 §3.2), so that nothing is read as another one.
    ALPNCallback(this: TLSSocket, { servername, protocols }) {
      if (!protocols.includes(ACME_TLS)) return offered(config).find((one) => protocols.includes(one));
      const proof = proofOf(servername);
      if (proof === undefined) return undefined;
      // In TLS 1.3 the certificate is chosen after the protocol, in older versions before it.
      proofs.set(this, proof);
      this.setKeyCert(proof);
      return ACME_TLS;
    },
  });
  askForCertificates(server, config);
  separateProtocols(server);
  return {
    server,
    get asksForCertificates() {
      return asks(config.tls) !== 'none';
    },
    isMultiplexed: (socket) => socket.alpnProtocol === 'h2',
    serves(socket, host) {
      const name = (socket as TLSSocket & { readonly servername?: string | false }).servername;
      return typeof name !== 'string' || name === '' || certificates.areTogether(name, host);
    },
    update(next, storage) {
      const loaded = loadCertificates(next.tls as ListenerTlsConfig, storage, files);
      server.setSecureContext(loaded.fallback);
      certificates = loaded;
      config = next;
      folder = storage;
      askForCertificates(server, next);
    },
  };
}

/** In the order of preference. */
function offered({ http2 }: ListenerConfig): readonly string[] {
  return http2 === true ? ['h2', 'http/1.1'] : ['http/1.1'];
}

function asks(tls: ListenerTlsConfig | undefined): 'none' | 'optional' | 'require' {
  return tls?.clientCertificate ?? 'none';
}

function askForCertificates(server: TlsServer, { tls }: ListenerConfig): void {
  const perConnection = server as unknown as PerConnection;
  perConnection.requestCert = asks(tls) !== 'none';
  perConnection.rejectUnauthorized = asks(tls) === 'require';
}

/** Node's server takes every connection for HTTP/1; those that agreed on HTTP/2 are left to others. */
function separateProtocols(server: TlsServer): void {
  const listeners = server.listeners('secureConnection') as ((this: TlsServer, socket: TLSSocket) => void)[];
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    // The handshake was all there was to it.
    if (socket.alpnProtocol === ACME_TLS) socket.resume().end();
    else if (socket.alpnProtocol !== 'h2') for (const listener of listeners) listener.call(server, socket);
  });
}
