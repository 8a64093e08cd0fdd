/** A connection to an application that speaks FastCGI; one request at a time has it. */
import { connect, type Socket } from 'node:net';
import { errors } from 'undici';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { deadline } from '../../deadline.ts';
import { ERRORS, GateError } from '../../errors.ts';
import type { Place } from '../balance/place.ts';
import { type Piece, RecordError, RecordReader } from './records.ts';

/** The request that has the connection. */
export interface ConnectionUser {
  onConnected(): void;
  /** What came; afterwards nothing more is read while `isPaused`. */
  onPiece(piece: Piece): void;
  /** It is over with this connection. */
  onBroken(cause: Error): void;
  readonly isPaused: boolean;
}

export class Connection {
  readonly #socket: Socket;
  readonly #onClosed: (connection: Connection) => void;
  readonly #reader = new RecordReader();
  #user: ConnectionUser | undefined;
  /** Until it is connected. */
  #stopClock: (() => void) | undefined;
  /** While nobody uses it. */
  #idleTimer: NodeJS.Timeout | undefined;
  #isConnected = false;
  /** It is closed, in order; what came before may still wait for its user. */
  #hasEnded = false;

  /** Begins to connect. `onClosed`: it can never be used again. */
  constructor(place: Place, config: UpstreamConfig, onClosed: (connection: Connection) => void) {
    this.#onClosed = onClosed;
    const { hostname, port } = new URL(place.origin);
    const host = place.ip ?? hostname.replace(/^\[|\]$/g, '');
    const target = place.socketPath === undefined ? { host, port: Number(port || 80) } : { path: place.socketPath };
    const socket = connect({ ...target, noDelay: true });
    this.#socket = socket;
    const { connectTimeout } = config;
    if (connectTimeout > 0) {
      const message = `no connection within ${connectTimeout} ms`;
      this.#stopClock = deadline(connectTimeout, () => socket.destroy(new errors.ConnectTimeoutError(message)));
    }
    socket.once('connect', () => {
      this.#stopClock?.();
      this.#isConnected = true;
      this.#user?.onConnected();
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    let cause: Error | undefined;
    socket.on('error', (error) => {
      cause = error;
    });
    socket.on('end', () => {
      this.#hasEnded = true;
      socket.destroy();
    });
    socket.on('close', () => {
      this.#stopClock?.();
      clearTimeout(this.#idleTimer);
      this.#onClosed(this);
      if (!this.#hasEnded) this.#break(cause ?? new errors.SocketError('the connection broke'));
      else if (this.#user?.isPaused === false) this.#breakAtEnd();
    });
  }

  /** Whether it can still be lent. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Gives it to a request, which hears at once or later that it is connected. */
  lend(user: ConnectionUser): void {
    clearTimeout(this.#idleTimer);
    this.#user = user;
    this.#socket.ref();
    if (this.#isConnected) user.onConnected();
  }

  /** Bytes are on their way; false when it is better to wait for `onDrain`. */
  write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  /** Several writes become one until `uncork`. */
  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  onDrain(listener: () => void): void {
    this.#socket.once('drain', listener);
  }

  /** Goes on reading after its user had paused. */
  resume(): void {
    this.#handOut();
    if (this.#user?.isPaused !== false) return;
    if (this.#hasEnded) this.#breakAtEnd();
    else this.#socket.resume();
  }

  /** Its user is done and it may be used again. Whether it may: what still comes now belongs to nobody. */
  retrieve(idle: number): boolean {
    this.#user = undefined;
    if (!this.#reader.isEmpty || this.#socket.destroyed) {
      this.destroy();
      return false;
    }
    this.#socket.unref();
    this.#socket.resume();
    this.#idleTimer = setTimeout(() => this.destroy(), idle).unref();
    return true;
  }

  /** Closes it at once; its user, if there still is one, hears `cause`. */
  destroy(cause?: Error): void {
    this.#socket.destroy(cause);
  }

  /** Closes it; its user hears nothing more. */
  abandon(): void {
    this.#user = undefined;
    this.#socket.destroy();
  }

  #breakAtEnd(): void {
    this.#break(new errors.SocketError('the application closed the connection'));
  }

  #break(cause: Error): void {
    const user = this.#user;
    this.#user = undefined;
    user?.onBroken(cause);
  }

  #take(chunk: Buffer): void {
    if (this.#user === undefined) {
      this.destroy();
      return;
    }
    this.#reader.feed(chunk);
    this.#handOut();
    if (this.#user?.isPaused === true) this.#socket.pause();
  }

  #handOut(): void {
    try {
      while (this.#user?.isPaused === false) {
        const piece = this.#reader.next();
        if (piece === undefined) return;
        this.#user.onPiece(piece);
      }
    } catch (cause) {
      const isProtocol = cause instanceof RecordError;
      const error = isProtocol ? new GateError(ERRORS.upstreamInvalid, cause.message) : (cause as Error);
      if (this.#socket.destroyed) this.#break(error);
      else this.destroy(error);
    }
  }
}
