/** HTTP/2 on connections that agreed on it: every stream becomes an exchange like any other. */
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream, type Settings } from 'node:http2';
import type { Socket } from 'node:net';
import { ERRORS } from '../../errors.ts';
import type { Gate } from '../../gate.ts';
import { plainAddress } from '../networks.ts';
import { type Head, readHead } from '../strict-http.ts';
import { FrameWatch } from './frame-watch.ts';
import { StreamRequest, streamHead } from './stream-request.ts';
import { StreamResponse } from './stream-response.ts';
import { WatchedSocket } from './watched-socket.ts';

/** A request of a stream, its head read; the listener makes an exchange of it. */
export interface StreamArrival {
  readonly gate: Gate;
  readonly request: StreamRequest;
  readonly response: StreamResponse;
  readonly head: Head;
  /** The connection it came on. */
  readonly socket: Socket;
}

export interface StreamDoor {
  /** Speaks HTTP/2 on a connection. */
  accept(socket: Socket): void;
  /** Tells all clients to send further requests elsewhere (GOAWAY); streams under way go on. */
  retire(): void;
  /** Cuts all connections. */
  destroy(): void;
}

/** Megabytes one session may hold: streams, header blocks and what waits to be sent. */
const SESSION_MEMORY = 8;
/** Frames that make no sense, before the session ends. */
const INVALID_FRAMES = 10;
/** RFC 9113 §10.5.1 counts 32 bytes for each field besides its name and value. */
const FIELD_OVERHEAD = 32;

/** `serve` is called for every request. */
export function createStreamDoor(current: () => Gate, serve: (arrival: StreamArrival) => void): StreamDoor {
  const { limits } = current().config;
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY,
    maxSessionInvalidFrames: INVALID_FRAMES,
    // Ours says 431 and why; this one only ends the stream.
    maxHeaderListPairs: limits.headerCount * 2,
  });
  // Without a listener a malformed frame would end the process.
  server.on('sessionError', ignore).on('error', ignore);

  const open = (socket: Socket): void => {
    const gate = current();
    const watch = new FrameWatch({
      headerBlock: gate.config.limits.headerSize,
      resets: gate.config.http2.resets,
      controlFrames: gate.config.http2.controlFrames,
    });
    let session: ServerHttp2Session | undefined;
    let isOver = false;
    const address = plainAddress(socket.remoteAddress);
    const wire = new WatchedSocket(socket, (chunk) => {
      if (isOver) return;
      watch.read(chunk);
      if (watch.complaint === undefined) return;
      isOver = true;
      isFlooded(current(), address);
      current().logs.error('notice', 'http', `HTTP/2 connection of ${address} closed: ${watch.complaint}`);
      end(session);
    });
    server.once('session', (begun) => {
      session = begun;
      sessions.add(begun);
      let count = 0;
      begun.on('error', ignore).on('close', () => sessions.delete(begun));
      let underWay = 0;
      // A connection that waits for an upstream, or is sent events, is not idle.
      begun.setTimeout(gate.config.timeouts.keepAlive, () => {
        if (underWay === 0) begun.close();
      });
      begun.on('stream', (stream: ServerHttp2Stream, _fields: unknown, _flags: unknown, raw: string[]) => {
        const { requestsPerConnection } = current().config.limits;
        if (requestsPerConnection > 0 && ++count >= requestsPerConnection) begun.close();
        underWay++;
        stream.on('close', () => underWay--);
        if (!isOver) receive(socket, stream, raw, watch);
      });
    });
    server.updateSettings(settingsOf(gate));
    server.emit('connection', wire);
  };

  const receive = (socket: Socket, stream: ServerHttp2Stream, raw: string[], watch: FrameWatch): void => {
    stream.on('error', ignore);
    const gate = current();
    const sent = watch.fieldsOf(stream.id ?? 0);
    if (sent !== raw.length / 2) {
      // Node has thrown fields away that HTTP/1 could not carry. Whoever sends such means somebody behind us.
      const address = plainAddress(socket.remoteAddress);
      gate.logs.error('notice', 'http', `${ERRORS.forbiddenField.code} ${ERRORS.forbiddenField.text}, from ${address}`);
      if (isFlooded(gate, address)) end(stream.session as ServerHttp2Session | undefined);
      else stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
      return;
    }
    const fields = streamHead(raw);
    const request = new StreamRequest(stream, fields, socket, () => stream.close(constants.NGHTTP2_CANCEL));
    const response = new StreamResponse(stream, (bytes) => watch.earn(bytes));
    const head = withoutDoubt(readHead(request, gate.config.http, gate.config.limits, 'frames'), fields, raw, gate);
    serve({ gate, request, response, head, socket });
  };

  return {
    accept: open,
    retire() {
      for (const session of sessions) session.close();
    },
    destroy() {
      for (const session of sessions) session.destroy();
    },
  };
}

/** Sends a client away that does too much. */
function end(session: ServerHttp2Session | undefined): void {
  if (session === undefined || session.destroyed) return;
  session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
}

/** Counts what never becomes a request. Whether its client has sent too much; a trusted proxy sends what others have sent it. */
function isFlooded({ floods, trusted }: Gate, address: string): boolean {
  return !trusted.contains(address) && floods.isFloodedBy(address);
}

/** What clients are told they may do. */
function settingsOf({ config: { http2, limits } }: Gate): Settings {
  return {
    enablePush: false,
    enableConnectProtocol: false,
    maxConcurrentStreams: http2.streams,
    maxHeaderListSize: limits.headerSize + limits.headerCount * FIELD_OVERHEAD,
  };
}

/** What only HTTP/2 can say wrong. */
function withoutDoubt(
  head: Head,
  { scheme, path, hasTwoHosts }: ReturnType<typeof streamHead>,
  raw: readonly string[],
  { config }: Gate,
): Head {
  const refuse = (kind: Head['refusal'], refusalDetail?: string): Head => ({ ...head, refusal: kind, refusalDetail });
  if (head.refusal !== undefined && head.refusal.isPolicy !== true) return head;
  if (hasTwoHosts) return refuse(ERRORS.hostMismatch);
  if (scheme !== 'https' && head.method !== 'CONNECT') return refuse(ERRORS.badTarget, `scheme ${scheme}`);
  if (!path.startsWith('/') && path !== '*') return refuse(ERRORS.badTarget, path);
  const bytes = raw.reduce((sum, text) => sum + text.length, 0);
  return bytes > config.limits.headerSize ? refuse(ERRORS.headersTooLarge) : head;
}

/** Streams and sessions that break off are seen by their `close`. */
function ignore(): void {}
