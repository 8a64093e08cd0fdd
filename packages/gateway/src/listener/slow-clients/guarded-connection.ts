import type { Socket } from 'node:net';
import type { SlowClientsConfig } from '../../config/sections/slow-clients.ts';
import { Pace } from './pace.ts';
import type { Watched } from './timer-wheel.ts';

/**
 * handshake: TLS is being agreed on. head: a request head is awaited, or on its way. idle: kept for another request.
 * serving: a request is being received or answered, or the connection has become a WebSocket.
 */
type Stage = 'handshake' | 'head' | 'idle' | 'serving';

/** Milliseconds between two looks at a connection. */
const CHECK_INTERVAL = 500;

/** Milliseconds a handshake or a head may take, and the first bytes of it, while others wait for a place. */
const DAWDLING = 2000;
const FRESH = 1000;

/** What a connection is ended for. `text` is for the log. */
export interface TooSlow {
  readonly stage: 'handshake' | 'head' | 'response';
  readonly text: string;
  /** Nothing at all has come. */
  readonly isEmpty: boolean;
}

/** The parts of a socket's handle that tell what the system has not taken yet; Node has no public name for them. */
interface Handle {
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
}

/**
 * The clocks of one connection. Bytes are not seen one by one: the counters of the socket are looked at twice a second, so
 * that traffic costs nothing. Bodies have a clock of their own, where they are read.
 */
export class GuardedConnection implements Watched {
  readonly network: string;
  /** It is no longer counted. */
  isForgotten = false;
  #socket: Socket;
  /** The side of the network: another one than `socket` under TLS. */
  readonly #transport: Socket;
  readonly #limits: () => SlowClientsConfig;
  readonly #onTooSlow: (connection: GuardedConnection, why: TooSlow) => void;
  #stage: Stage;
  #stageBegan: number;
  #pace: Pace;
  /** Bytes received at the last look; while idle, when it became so. */
  #seen = 0;
  #running = 0;
  /** Set while bytes of an answer wait for the client. */
  #response: Pace | undefined;
  #sent = 0;
  #isMultiplexed = false;
  #isOver = false;

  constructor(options: {
    readonly socket: Socket;
    readonly network: string;
    readonly isSecure: boolean;
    readonly now: number;
    readonly limits: () => SlowClientsConfig;
    readonly onTooSlow: (connection: GuardedConnection, why: TooSlow) => void;
  }) {
    this.#socket = options.socket;
    this.#transport = options.socket;
    this.network = options.network;
    this.#limits = options.limits;
    this.#onTooSlow = options.onTooSlow;
    this.#stage = options.isSecure ? 'handshake' : 'head';
    this.#stageBegan = options.now;
    const limits = options.limits();
    this.#pace = new Pace(options.isSecure ? limits.handshake : limits.header, options.now);
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Waits for a request and has begun none: the first to go when there are too many. */
  get isIdle(): boolean {
    return this.#stage === 'idle' || (this.#isBeginning && this.#socket.bytesRead === 0);
  }

  /** So new, or idle for so short a time, that a request may be on its way. */
  isFresh(now: number): boolean {
    return now - this.#stageBegan < FRESH;
  }

  /** Has begun a handshake or a head and is at it for longer than honest clients need: the next to go. */
  isDawdling(now: number): boolean {
    return this.#isBeginning && now - this.#stageBegan > DAWDLING;
  }

  get #isBeginning(): boolean {
    return this.#stage === 'handshake' || this.#stage === 'head';
  }

  /** The handshake is over; from here on `socket` is the decrypted side. */
  secured(socket: Socket, now: number): void {
    this.#socket = socket;
    this.#stage = 'head';
    this.#stageBegan = now;
    this.#seen = 0;
    this.#pace = new Pace(this.#limits().header, now);
  }

  requestBegun(): void {
    this.#running++;
    this.#stage = 'serving';
  }

  requestOver(now: number): void {
    this.#running = Math.max(0, this.#running - 1);
    if (this.#running > 0 || this.#stage !== 'serving') return;
    this.#stage = 'idle';
    this.#stageBegan = now;
    this.#response = undefined;
    this.#seen = this.#socket.bytesRead;
  }

  /** It speaks HTTP/2: bytes of an idle connection need not begin a request, and its session watches over it. */
  multiplexed(): void {
    this.#isMultiplexed = true;
    if (this.#stage === 'head') this.#stage = 'idle';
  }

  closed(): void {
    this.#isOver = true;
  }

  /**
   * Ends it by a reset. After a close the system would go on offering the client what it has taken from us, megabytes for each
   * connection, for as long as the client likes.
   */
  reset(): void {
    const transport: Socket & { resetAndClosing?: boolean } = this.#transport;
    // What `resetAndDestroy` sets. That itself would first write everything out, which is what does not come to an end here.
    transport.resetAndClosing = true;
    transport.destroy();
    this.#socket.destroy();
  }

  check(now: number): number | undefined {
    if (this.#isOver) return undefined;
    switch (this.#stage) {
      case 'handshake':
      case 'head':
        return this.#checkReceiving(this.#stage, now);
      case 'idle':
        if (!this.#isMultiplexed && this.#socket.bytesRead > this.#seen) {
          this.#stage = 'head';
          this.#stageBegan = now;
          this.#pace = new Pace(this.#limits().header, now);
        }
        return now + CHECK_INTERVAL;
      case 'serving':
        return this.#checkSending(now);
    }
  }

  #checkReceiving(stage: 'handshake' | 'head', now: number): number | undefined {
    const { bytesRead } = this.#socket;
    this.#pace.take(bytesRead - this.#seen, now);
    this.#seen = bytesRead;
    if (now >= this.#pace.deadline) {
      return this.#end({ stage, text: this.#pace.describe(now), isEmpty: bytesRead === 0 });
    }
    return Math.min(now + CHECK_INTERVAL, this.#pace.deadline);
  }

  #checkSending(now: number): number | undefined {
    const socket = this.#socket;
    if (socket.writableLength === 0) {
      this.#response = undefined;
      return now + CHECK_INTERVAL;
    }
    const sent = sentBytes(socket);
    if (this.#response === undefined) {
      const limit = this.#limits().response;
      this.#response = new Pace(limit, now, limit.time > 0 ? limit.time : Number.POSITIVE_INFINITY);
    } else {
      this.#response.take(sent - this.#sent, now);
    }
    this.#sent = Math.max(this.#sent, sent);
    if (now >= this.#response.deadline) {
      return this.#end({ stage: 'response', text: this.#response.describe(now), isEmpty: false });
    }
    return Math.min(now + CHECK_INTERVAL, this.#response.deadline);
  }

  #end(why: TooSlow): undefined {
    this.#isOver = true;
    this.#onTooSlow(this, why);
  }
}

/** Bytes the system has taken from us. Where the handle does not say it, a write counts when all of it is out. */
function sentBytes(socket: Socket): number {
  const { bytesWritten, writeQueueSize } = (socket as Socket & { readonly _handle?: Handle | null })._handle ?? {};
  if (typeof bytesWritten === 'number' && typeof writeQueueSize === 'number') return bytesWritten - writeQueueSize;
  return socket.bytesWritten - socket.writableLength;
}
