/** One front door: a Node HTTP or HTTPS server set up strictly, handing every request to the proxy. */
import type { IncomingMessage, ServerOptions } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { Config, ListenerConfig } from '../config/config.ts';
import { type ConfigurationFiles, filesOnDisk } from '../config/configuration-files.ts';
import type { Gate } from '../gate.ts';
import { createServer } from '../node-http.ts';
import type { Activity } from '../process/activity.ts';
import { GateResponse } from '../proxy/exchange.ts';
import { type Door, type DoorPhase, receiveRequests } from './arrivals.ts';
import { GateRequest } from './gate-request.ts';
import { createSecureDoor } from './secure-door.ts';

export interface Listener {
  readonly config: ListenerConfig;
  /** Where it really listens. */
  readonly address: AddressInfo;
  /** Takes over limits and certificates of a new configuration. */
  update(config: ListenerConfig, whole: Config): void;
  /**
   * Stops accepting and asks every client, with its next answer, to come back by a new connection. Idle connections stay open for
   * their usual time: a request may be on its way on them. Resolves when the last connection is closed.
   */
  retire(): Promise<void>;
  /** Stops accepting and closes idle connections; resolves when the rest are over or, after `grace` ms, cut. */
  close(grace: number): Promise<void>;
}

const CHECK_INTERVAL = 1000;
/**
 * Connections the system has ready for us. With Node's 511 a fifth of a second in which nobody accepts, amid a flood, lets honest
 * clients run into a retransmission of a second or three. The system bounds it further (net.core.somaxconn).
 */
const BACKLOG = 4096;
/** How often a closing door looks for idle connections, in milliseconds. */
const SWEEP_EVERY = 250;

export interface ListenOptions {
  /** Counts what clients ask for. */
  readonly activity: Activity;
  /** A bound socket that was inherited; it is bound here when absent. */
  readonly descriptor?: number | undefined;
  /** Where certificates are read from. */
  readonly files?: ConfigurationFiles | undefined;
}

/** Opens the port. `current` gives the configuration in force. Rejects when the port cannot be had. */
export async function listen(config: ListenerConfig, current: () => Gate, options: ListenOptions): Promise<Listener> {
  const { activity, descriptor, files = filesOnDisk } = options;
  const { limits, timeouts } = current().config;
  const serverOptions: ServerOptions<typeof IncomingMessage, typeof GateResponse> = {
    IncomingMessage: GateRequest,
    ServerResponse: GateResponse,
    // A missing Host is refused by our own checks, so that rules and logs see it.
    requireHostHeader: false,
    maxHeaderSize: limits.headerSize,
    // Slow heads, bodies and handshakes are ended by our own clocks, which look at rates: long uploads are legal.
    headersTimeout: 0,
    requestTimeout: 0,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: CHECK_INTERVAL,
    noDelay: true,
    // Nobody waits for the end of a body that is not there: a request without one goes through none of a stream's states.
    optimizeEmptyRequests: true,
    // Only WebSocket leaves HTTP. Everything else Upgrade may ask for is ignored, as RFC 9110 §7.8 allows.
    shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
  };
  const secure =
    config.tls === undefined
      ? undefined
      : createSecureDoor(serverOptions, config, current().config.acme.storage, files);
  const server: Door = secure?.server ?? createServer(serverOptions);
  applyLimits(server, current().config);
  const phase: DoorPhase = { isRetiring: false, tunnels: new Set(), silent: new Set(), streams: undefined };
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  receiveRequests(server, current, secure, activity, phase);
  await open(server, config, descriptor);

  let active = config;
  return {
    get config() {
      return active;
    },
    address: server.address() as AddressInfo,
    update(next, whole) {
      active = next;
      applyLimits(server, whole);
      secure?.update(next, whole.acme.storage);
    },
    retire() {
      phase.isRetiring = true;
      phase.streams?.retire();
      // The close of an HTTP server would also close idle connections, and stop the clock that ends slow ones.
      if (server.listening) NetServer.prototype.close.call(server);
      return closed;
    },
    async close(grace) {
      phase.isRetiring = true;
      const cut = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of phase.silent) socket.destroy();
        phase.streams?.destroy();
        // Node no longer counts a connection that has left HTTP.
        for (const socket of phase.tunnels) socket.destroy();
      }, grace);
      if (server.listening) NetServer.prototype.close.call(server);
      // A moment later, and again: a request may be on its way on an idle connection, and busy ones become idle.
      const sweep = setInterval(() => {
        server.closeIdleConnections();
        for (const socket of phase.silent) if (socket.bytesRead === 0) socket.destroy();
      }, SWEEP_EVERY);
      phase.streams?.retire();
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function applyLimits(server: Door, { http, limits, timeouts }: Config): void {
  // Node reads this for each connection. What it then lets through besides is refused by the watch.
  (server as { insecureHTTPParser?: boolean }).insecureHTTPParser = http.profile === 'lenient-http';
  // Counted by our own checks: Node would silently drop the headers over the limit.
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  server.keepAliveTimeout = timeouts.keepAlive;
}

function open(server: Door, { address, port }: ListenerConfig, descriptor: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const where = descriptor === undefined ? { port, host: address } : { fd: descriptor };
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
