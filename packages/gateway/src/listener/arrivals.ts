/** How requests become exchanges: connection by connection, in turn, with what is known of the client. */
import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { ERRORS, GateError } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { Activity } from '../process/activity.ts';
import { Exchange, GateResponse } from '../proxy/exchange.ts';
import { serve } from '../proxy/proxy.ts';
import { decisions } from '../proxy/refuse.ts';
import { WireCount } from '../proxy/wire-count.ts';
import { addressesOf } from './client-addresses.ts';
import { identityOf } from './client-identity.ts';
import { closeAfter } from './close-after.ts';
import { concludeExchange, endSlow, onLooseBody, onParseError } from './connection-end.ts';
import { ConnectionStates } from './connection-states.ts';
import { letIn } from './entrance.ts';
import { type FrontSocket, identity, running, states, type Waiting, waiting, watch } from './front-socket.ts';
import { createStreamDoor, type StreamArrival, type StreamDoor } from './http2/stream-door.ts';
import { StreamPace } from './http2/stream-pace.ts';
import { StreamStates } from './http2/stream-states.ts';
import type { ParseError } from './malformed.ts';
import type { SecureDoor } from './secure-door.ts';
import { ConnectionGuard } from './slow-clients/connection-guard.ts';
import { RefusalLines } from './slow-clients/refusal-lines.ts';
import { type Head, readHead } from './strict-http.ts';
import { WireWatch } from './wire-watch.ts';

/** What the two kinds of server have in common. */
export type Door =
  | Server<typeof IncomingMessage, typeof GateResponse>
  | SecureServer<typeof IncomingMessage, typeof GateResponse>;

/** What becomes of a door. */
export interface DoorPhase {
  isRetiring: boolean;
  /** Connections that have left HTTP. */
  readonly tunnels: Set<Duplex>;
  /** Connections that have not said anything yet, or not all of a head. Node knows nothing of them. */
  readonly silent: Set<Socket>;
  /** Connections that speak HTTP/2. */
  streams: StreamDoor | undefined;
}

/** Requests one connection may send ahead; no client needs to. */
const MAX_WAITING = 100;

/**
 * Hands every request of a server to the proxy, and every stream of HTTP/2. `current` gives the configuration in force; `secure` is
 * there where the server speaks TLS.
 */
export function receiveRequests(
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
    response.on('close', onResponseClose);
    activity.begin();
    if (gate.logs.needs.connection) exchange.wire = new WireCount(socket);
    if (socket[states] !== undefined) followStates(socket[states], exchange);
    return exchange;
  };
  const start = (next: Waiting): void => void serve(begin(next));
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
    // A tunnel lasts longer than the answer that opened it.
    if (exchange.upgrade === undefined) activity.end();
    guard.requestOver(socket);
    if (socket[running] === exchange) socket[running] = undefined;
    concludeExchange(exchange);
    // The next request of the connection begins with the end of this one.
    const next = socket[waiting]?.shift();
    if (next === undefined) return;
    if (exchange.mustClose || socket.destroyed) socket[waiting] = undefined;
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
    const exchange = begin(read(request, response));
    response.on('finish', () => closeAfter(socket, exchange.gate.config.timeouts.linger));
    front[watch]?.detach(front);
    exchange.upgrade = { socket, head: rest, detach: () => response.detachSocket(front) };
    phase.tunnels.add(socket);
    socket.on('close', () => {
      phase.tunnels.delete(socket);
      activity.end();
    });
    void serve(exchange);
  };

  const streamStates = new WeakMap<Socket, StreamStates>();
  const serveStream = ({ gate, request, response, head, socket }: StreamArrival): void => {
    const front = socket as FrontSocket;
    const addresses = addressesOf(gate, request, head);
    const exchange = new Exchange(gate, request, response, withRightHost(front, head), addresses, 'https');
    exchange.clientIdentity = front[identity];
    if (gate.logs.needs.connection) exchange.wire = new WireCount(socket);
    activity.begin();
    guard.requestBegun(socket);
    streamStates.get(socket)?.follow(exchange);
    const pace = new StreamPace(
      response,
      () => gate.config.slowClients.response,
      (text) => void decisions.fail(exchange, new GateError(ERRORS.responseTooSlow, text)),
    );
    const stopWatching = gate.wheel.watch(pace, gate.wheel.now);
    response.on('close', () => {
      stopWatching();
      guard.requestOver(socket);
      activity.end();
      response.exchange = undefined;
      concludeExchange(exchange);
    });
    void serve(exchange);
  };

  const door = server as Server;
  const connections = new ConnectionStates();
  /** Begins to count a connection for the limits rules set. False when it is closed for them. */
  const countState = (socket: FrontSocket, { connections: settings, logs }: Gate): boolean => {
    if (settings === undefined || settings.engine === 'Off') return true;
    socket[states] = connections;
    const complaint = connections.open(socket, settings);
    if (complaint === undefined) return true;
    const isEnforced = settings.engine === 'On';
    logs.error('warn', 'http', `${complaint}; ${isEnforced ? 'closed' : 'would be closed'}`);
    if (isEnforced) socket.destroy();
    return !isEnforced;
  };
  let place = '';
  door.once('listening', () => {
    place = JSON.stringify(door.address());
  });
  const guard = guardOf(current, () => place);
  if (scheme === 'https') door.on('secureConnection', (socket: FrontSocket) => guard.secured(socket));
  // Of a TLS connection only the decrypted side is seen later on.
  door.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: FrontSocket) => {
    const gate = current();
    if (secure?.asksForCertificates === true) socket[identity] = identityOf(socket as TLSSocket);
    const mayStay = secure === undefined || countState(socket, gate);
    if (secure?.isMultiplexed(socket as TLSSocket) === true) {
      guard.multiplexed(socket);
      if (!mayStay) return;
      if (socket[states] !== undefined) streamStates.set(socket, new StreamStates(connections, socket));
      phase.streams ??= createStreamDoor(current, serveStream);
      phase.streams.accept(socket);
      return;
    }
    const isLenient = gate.config.http.profile === 'lenient-http';
    socket[watch] = new WireWatch(socket, { isLenient }, (complaint) => onLooseBody(socket, complaint));
  });
  door.on('request', onRequest as never);
  // Both kinds of Expect end up here; the checks of the head tell them apart.
  door.on('checkContinue', onRequest as never);
  door.on('checkExpectation', onRequest as never);
  door.on('upgrade', onSwitch);
  door.on('connect', onSwitch);
  door.on('clientError', (error: ParseError, socket: Duplex) => onParseError(current(), error, socket as FrontSocket));
  const isPlain = secure === undefined;
  letIn(door, { isPlain, silent: phase.silent }, (socket) => {
    if (!guard.opened(socket, secure !== undefined)) return false;
    return secure !== undefined || countState(socket as FrontSocket, current());
  });
}

/** Watches the connections of one listener. Answers and log lines are the listener's. */
function guardOf(current: () => Gate, door: () => string): ConnectionGuard {
  const refusals = new RefusalLines((line) => current().logs.error('warn', 'http', line));
  return new ConnectionGuard(current().wheel, () => current().guard, door, {
    onRefused: (address, why) => refusals.add(address, why),
    onTooSlow: (connection, why) => endSlow(current(), connection, why),
  });
}

/** A connection reads until its request is complete, writes until the answer is, and is idle then. */
function followStates(connections: ConnectionStates, { request, response, isRequestPending }: Exchange): void {
  const socket = request.socket as Socket;
  const isAnswering = (): boolean => !response.writableFinished && !response.destroyed;
  connections.enter(socket, isRequestPending ? 'reading' : 'writing');
  if (isRequestPending) request.once('end', () => isAnswering() && connections.enter(socket, 'writing'));
  response.once('close', () => connections.enter(socket, 'idle'));
}

function ignore(): void {}
