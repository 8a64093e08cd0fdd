/** One front door: a Node HTTP or HTTPS server set up strictly, handing every request to the proxy. */
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { type AddressInfo, isIP, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Config, ListenerConfig } from '../config/config.ts';
import { ERRORS, GateError } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { ClientAddress } from '../logs/index.ts';
import type { Activity } from '../process/activity.ts';
import { Exchange, GateResponse } from '../proxy/exchange.ts';
import { noteEnd } from '../proxy/finish.ts';
import { forwardedClient } from '../proxy/hop-headers.ts';
import { serve } from '../proxy/proxy.ts';
import { decisions } from '../proxy/refuse.ts';
import { WireCount } from '../proxy/wire-count.ts';
import { type ClientIdentity, identityOf } from './client-identity.ts';
import { ConnectionStates } from './connection-states.ts';
import type { FrontRequest } from './front.ts';
import { createStreamDoor, type StreamArrival, type StreamDoor } from './http2/stream-door.ts';
import { type ParseError, refuseMalformed } from './malformed.ts';
import { plainAddress } from './networks.ts';
import { createSecureDoor, type SecureDoor } from './secure-door.ts';
import { ConnectionGuard } from './slow-clients/connection-guard.ts';
import type { TooSlow } from './slow-clients/guarded-connection.ts';
import { type Head, headerOf, readHead } from './strict-http.ts';
import { WireWatch } from './wire-watch.ts';

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

/** What the two kinds of server have in common. */
type Door =
  | Server<typeof IncomingMessage, typeof GateResponse>
  | SecureServer<typeof IncomingMessage, typeof GateResponse>;

/** The socket remembers what is under way on it, for errors that Node reports by socket. */
const running = Symbol('running exchange');
const isRefused = Symbol('refused');
/** Set where connections are counted. */
const states = Symbol('states of connections');
/** Reads along what the parser reads. */
const watch = Symbol('watch');
/** Who the client is by its certificate. */
const identity = Symbol('client identity');
/** Requests that came before the one ahead of them was answered. */
const waiting = Symbol('waiting requests');

/** A request whose turn has not come, its head read. */
interface Waiting {
  readonly request: IncomingMessage;
  readonly response: GateResponse;
  readonly head: Head;
  readonly gate: Gate;
}

type FrontSocket = Socket & {
  [identity]?: ClientIdentity;
  [watch]?: WireWatch;
  [waiting]?: Waiting[];
  [running]?: Exchange;
  [isRefused]?: true;
  [states]?: ConnectionStates;
  readonly encrypted?: boolean;
};

const CHECK_INTERVAL = 1000;
/** How often a closing door looks for idle connections, in milliseconds. */
const SWEEP_EVERY = 250;

export interface ListenOptions {
  /** Counts what clients ask for. */
  readonly activity: Activity;
  /** A bound socket that was inherited; it is bound here when absent. */
  readonly descriptor?: number | undefined;
}

/** Requests one connection may send ahead; no client needs to. */
const MAX_WAITING = 100;

/** Opens the port. `current` gives the configuration in force. Rejects when the port cannot be had. */
export async function listen(config: ListenerConfig, current: () => Gate, options: ListenOptions): Promise<Listener> {
  const { activity, descriptor } = options;
  const { limits, timeouts } = current().config;
  const serverOptions: ServerOptions<typeof IncomingMessage, typeof GateResponse> = {
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
    // Only WebSocket leaves HTTP. Everything else Upgrade may ask for is ignored, as RFC 9110 §7.8 allows.
    shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
  };
  const secure =
    config.tls === undefined ? undefined : createSecureDoor(serverOptions, config, current().config.acme.storage);
  const server: Door = secure?.server ?? createServer(serverOptions);
  applyLimits(server, current().config);
  const phase: DoorPhase = { isRetiring: false, tunnels: new Set(), streams: undefined };
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  attach(server, current, secure, activity, phase);
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
        phase.streams?.destroy();
        // Node no longer counts a connection that has left HTTP.
        for (const socket of phase.tunnels) socket.destroy();
      }, grace);
      if (server.listening) NetServer.prototype.close.call(server);
      // A moment later, and again: a request may be on its way on an idle connection, and busy ones become idle.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY);
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
    server.listen(descriptor === undefined ? { port, host: address } : { fd: descriptor }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What becomes of a door. */
interface DoorPhase {
  isRetiring: boolean;
  /** Connections that have left HTTP. */
  readonly tunnels: Set<Duplex>;
  /** Connections that speak HTTP/2. */
  streams: StreamDoor | undefined;
}

function attach(
  server: Door,
  current: () => Gate,
  secure: SecureDoor | undefined,
  activity: Activity,
  phase: DoorPhase,
): void {
  const scheme = secure === undefined ? 'http' : 'https';
  /** A host the connection was not opened for is another site's (RFC 9110 §7.4). */
  const withRightHost = (socket: FrontSocket, head: Head): Head => {
    const isRight =
      secure === undefined || head.host === undefined || secure.serves(socket as TLSSocket, head.host.host);
    return isRight || head.refusal !== undefined ? head : { ...head, refusal: ERRORS.misdirected };
  };
  const read = (request: IncomingMessage, response: GateResponse): Waiting => {
    const gate = current();
    const wire = (request.socket as FrontSocket)[watch];
    const front = request.socket as FrontSocket;
    const head = withRightHost(front, readHead(request, gate.config.http, gate.config.limits, 'text', wire));
    // Nobody knows where the next request begins, or whose it is.
    if (head.mustClose || (head.refusal !== undefined && head.refusal.isPolicy !== true)) wire?.end();
    return { request, response, head, gate };
  };
  const begin = ({ request, response, head, gate }: Waiting): Exchange => {
    const exchange = new Exchange(gate, request, response, head, addressesOf(gate, request, head), scheme);
    const socket = request.socket as FrontSocket;
    exchange.clientIdentity = socket[identity];
    socket[running] = exchange;
    guard.requestBegun(socket);
    exchange.mustClose ||= guard.isCrowded || phase.isRetiring;
    // In this order: the next request of the connection begins with the end of this one.
    response.on('close', () => guard.requestOver(socket)).on('close', onResponseClose);
    activity.begin();
    if (gate.logs.needs.connection) exchange.wire = new WireCount(socket);
    if (socket[states] !== undefined) followStates(socket[states], exchange);
    return exchange;
  };
  const start = (next: Waiting): void => {
    next.response.on('close', activity.end);
    void serve(begin(next));
  };
  /** Requests of one connection run one after the other: what is wrong with one must stop the next. */
  const onRequest = (request: IncomingMessage, response: GateResponse): void => {
    const socket = request.socket as FrontSocket;
    if (socket[watch]?.isOver) return;
    const next = read(request, response);
    if (socket[running] === undefined) {
      start(next);
      return;
    }
    socket[waiting] ??= [];
    if (socket[waiting].push(next) <= MAX_WAITING) return;
    next.gate.logs.error('notice', 'http', `more than ${MAX_WAITING} requests ahead of their answers; closed`);
    socket.destroy();
  };
  function onResponseClose(this: GateResponse): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    this.exchange = undefined;
    const socket = exchange.request.socket as FrontSocket;
    if (socket[running] === exchange) delete socket[running];
    concludeExchange(exchange);
    const next = socket[waiting]?.shift();
    if (next === undefined) return;
    if (exchange.mustClose || socket.destroyed) delete socket[waiting];
    else start(next);
  }
  const onSwitch = (request: IncomingMessage, socket: Duplex, rest: Buffer): void => {
    socket.on('error', ignore);
    const front = socket as FrontSocket;
    // An answer is still on its way here; there is no telling one protocol from the other.
    if (front[watch]?.isOver || front[running] !== undefined) {
      socket.destroy();
      return;
    }
    const response = new GateResponse(request);
    response.assignSocket(front);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.end());
    const exchange = begin(read(request, response));
    front[watch]?.detach(front);
    exchange.upgrade = { socket, head: rest, detach: () => response.detachSocket(front) };
    phase.tunnels.add(socket);
    socket.on('close', () => {
      phase.tunnels.delete(socket);
      activity.end();
    });
    void serve(exchange);
  };

  const serveStream = ({ gate, request, response, head, socket }: StreamArrival): void => {
    const front = socket as FrontSocket;
    const addresses = addressesOf(gate, request, head);
    const exchange = new Exchange(gate, request, response, withRightHost(front, head), addresses, 'https');
    exchange.clientIdentity = front[identity];
    if (gate.logs.needs.connection) exchange.wire = new WireCount(socket);
    activity.begin();
    response.on('close', () => {
      activity.end();
      response.exchange = undefined;
      concludeExchange(exchange);
    });
    void serve(exchange);
  };

  const door = server as Server;
  const connections = new ConnectionStates();
  const guard = guardOf(current);
  door.on('connection', (socket: FrontSocket) => guard.opened(socket, scheme === 'https'));
  if (scheme === 'https') door.on('secureConnection', (socket: FrontSocket) => guard.secured(socket));
  // Of a TLS connection only the decrypted side is seen later on.
  door.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: FrontSocket) => {
    const gate = current();
    if (secure?.asksForCertificates === true) socket[identity] = identityOf(socket as TLSSocket);
    if (secure?.isMultiplexed(socket as TLSSocket) === true) {
      guard.multiplexed(socket);
      phase.streams ??= createStreamDoor(current, serveStream);
      phase.streams.accept(socket);
      return;
    }
    const isLenient = gate.config.http.profile === 'lenient-http';
    socket[watch] = new WireWatch(socket, { isLenient }, (complaint) => onLooseBody(socket, complaint));
    if (gate.connections === undefined || gate.connections.engine === 'Off') return;
    socket[states] = connections;
    const complaint = connections.open(socket, gate.connections);
    if (complaint === undefined) return;
    const isEnforced = gate.connections.engine === 'On';
    gate.logs.error('warn', 'http', `${complaint}; ${isEnforced ? 'closed' : 'would be closed'}`);
    if (isEnforced) socket.destroy();
  });
  door.on('request', onRequest as never);
  // Both kinds of Expect end up here; the checks of the head tell them apart.
  door.on('checkContinue', onRequest as never);
  door.on('checkExpectation', onRequest as never);
  door.on('upgrade', onSwitch);
  door.on('connect', onSwitch);
  door.on('clientError', (error: ParseError, socket: Duplex) => onParseError(current(), error, socket as FrontSocket));
}

/** Watches the connections of one listener. Answers and log lines are the listener's. */
function guardOf(current: () => Gate): ConnectionGuard {
  return new ConnectionGuard(current().wheel, () => current().guard, {
    onRefused: (address, why) => current().logs.error('warn', 'http', `connection of ${address}: ${why}`),
    onTooSlow: (socket, why) => endSlow(current(), socket as FrontSocket, why),
  });
}

/** A client that is too slow: 408 for a head, an end for the rest. */
function endSlow(gate: Gate, socket: FrontSocket, { stage, text, isEmpty }: TooSlow): void {
  if (socket.destroyed) return;
  const exchange = socket[running];
  if (stage === 'response' && exchange !== undefined) {
    void decisions.fail(exchange, new GateError(ERRORS.responseTooSlow, text));
  } else if (stage === 'head' && !isEmpty) {
    onParseError(gate, new HeadTimeout(text), socket);
  } else {
    // Whoever has not said a word gets no answer: browsers open connections ahead, and would take it for that of a later request.
    const address = plainAddress(socket.remoteAddress);
    gate.logs.error('info', 'http', `connection of ${address} closed: slow ${stage}, ${text}`);
    socket.destroy();
  }
}

/** Goes the way of what Node's parser reports. */
class HeadTimeout extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';
}

/** A connection reads until its request is complete, writes until the answer is, and is idle then. */
function followStates(connections: ConnectionStates, { request, response, isRequestPending }: Exchange): void {
  const socket = request.socket as Socket;
  const isAnswering = (): boolean => !response.writableFinished && !response.destroyed;
  connections.enter(socket, isRequestPending ? 'reading' : 'writing');
  if (isRequestPending) request.once('end', () => isAnswering() && connections.enter(socket, 'writing'));
  response.once('close', () => connections.enter(socket, 'idle'));
}

/** The answer is over, one way or the other. */
function concludeExchange(exchange: Exchange): void {
  if (exchange.status !== 101) noteEnd(exchange);
  if (exchange.response.writableFinished || exchange.isFinished || exchange.status === 101) return;
  const gone = new GateError(ERRORS.clientGone);
  if (exchange.upstreamController !== undefined) exchange.upstreamController.abort(gone);
  else void decisions.fail(exchange, gone);
}

/** A body broke the rules half-way. Requests that wait, the one it belongs to among them, are dropped with it. */
function onLooseBody(socket: FrontSocket, complaint: string): void {
  const isWaiting = (socket[waiting]?.length ?? 0) > 0;
  delete socket[waiting];
  const exchange = socket[running];
  if (exchange === undefined) socket.destroy();
  else if (isWaiting) exchange.response.once('finish', () => socket.end());
  else void decisions.fail(exchange, new GateError(ERRORS.looseFraming, complaint));
}

/**
 * The parser gave up on a connection. If it was in the middle of a body, the running exchange fails; if an earlier answer
 * is still on its way, the refusal waits for it.
 */
function onParseError(gate: Gate, error: ParseError, socket: FrontSocket): void {
  if (socket[isRefused]) return;
  socket[isRefused] = true;
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || socket.destroyed) {
    socket.destroy();
    return;
  }
  delete socket[waiting];
  const exchange = socket[running];
  if (exchange === undefined || exchange.response.writableFinished) void refuseMalformed(gate, error, socket);
  else if (exchange.request.complete) exchange.response.once('finish', () => void refuseMalformed(gate, error, socket));
  else void decisions.fail(exchange, bodyError(error));
}

/** The end of the connection within a body is the client's leaving; anything else is a body that cannot be read. */
function bodyError(error: ParseError): GateError {
  if (error.code === 'HPE_INVALID_EOF_STATE') return new GateError(ERRORS.clientGone);
  return new GateError(ERRORS.malformedRequest, `body: ${error.reason ?? error.message}`);
}

/** Who sent a request, as far as known. */
export function addressesOf(
  gate: Gate,
  { socket }: FrontRequest,
  head: Head,
): { readonly client: ClientAddress; readonly peer: ClientAddress; readonly isPeerTrusted: boolean } {
  const peer: ClientAddress = { address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 };
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

function ignore(): void {}
