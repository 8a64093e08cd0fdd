/** A connection to an application that speaks HTTP/1.1; one request at a time has it. */
import type { Socket } from 'node:net';
import { errors } from 'undici';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { ERRORS, GateError } from '../../errors.ts';
import { ChunkFraming, type FramingLimits } from '../../listener/chunk-framing.ts';
import type { TimerWheel, Watched } from '../../listener/slow-clients/timer-wheel.ts';
import type { Cohort } from '../cohort.ts';
import { AnswerError, type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { BodySender, type StreamedBody } from './body-sender.ts';
import type { DirectRequest } from './direct-request.ts';

/** What a connection needs of the pool it belongs to. */
export interface ConnectionHost {
  readonly config: UpstreamConfig;
  readonly wheel: TimerWheel;
  /** Answers about to be read. */
  readonly cohort: Cohort;
  /** For messages. */
  readonly url: string;
  /** Its request is over, and it is fit for another one. */
  onFree(connection: ClientConnection): void;
  /** It can never be used again. */
  onClosed(connection: ClientConnection): void;
}

/** An answer's head may be this large. */
const MAX_HEAD_BYTES = 32 * 1024;
/** Applications are trusted with extensions of chunks; their trailers are part of a head that came late. */
const CHUNK_LIMITS: FramingLimits = { extensions: Number.POSITIVE_INFINITY, trailers: MAX_HEAD_BYTES };
/** An idle connection is given up so much before the other end does, in milliseconds: a request must not meet its end. */
const BEFORE_THEIR_END = 2000;
/** How much longer than configured an idle connection is kept where the other end says it keeps it longer. */
const MOST_KEPT = 10;
/** Milliseconds between two looks at the clock. Deadlines come nearer when a request begins, and the wheel does not hear of it. */
const LOOK_AFTER = 500;
const HEAD_END = Buffer.from('\r\n\r\n');

export class ClientConnection implements Watched {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  #request: DirectRequest | undefined;
  /** While there is more of the request to send. */
  #sender: BodySender | undefined;
  /** Of the answer that is coming in; undefined before, and for interim ones. */
  #head: AnswerHead | undefined;
  /** Bytes of the body that are still to come, where that is known. */
  #left = 0;
  #chunks: ChunkFraming | undefined;
  /** What came in this round of the event loop. */
  #arrived: Buffer[] = [];
  /** What came and is not understood yet: half a head, or all that came while the handler wants nothing. */
  #rest: Buffer | undefined;
  #isReading = false;
  /** The other end has closed; what it sent before may still wait for the handler. */
  #hasEnded = false;
  #deadline: number;

  /** `socket` is connected. */
  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#deadline = host.wheel.now + host.config.keepAlive;
    let cause: Error | undefined;
    socket.on('data', this.#onData).on('end', this.#onEnd);
    socket.on('error', (error: Error) => {
      cause = error;
    });
    socket.on('close', () => {
      this.#takeArrived();
      host.onClosed(this);
      // Behind the end nothing more was to come, and what came before it is whole or is not.
      if (!this.#hasEnded) this.#request?.fail(cause ?? new errors.SocketError('other side closed'));
    });
    host.wheel.watch(this, host.wheel.now + LOOK_AFTER);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Sends a request whose handler has been told that it begins. */
  send(request: DirectRequest): void {
    this.#request = request;
    request.connection = this;
    this.#deadline = this.#host.wheel.now + unlessZero(this.#host.config.responseTimeout);
    const { head, body } = request.text;
    if (body === undefined) {
      this.#socket.write(head, 'latin1');
      return;
    }
    if (!Buffer.isBuffer(body)) {
      this.#socket.cork();
      this.#socket.write(head, 'latin1');
      this.#sender = this.#startSending(request, body);
      this.#socket.uncork();
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
  }

  #startSending(request: DirectRequest, body: StreamedBody): BodySender {
    const onProgress = (): void => {
      const { responseTimeout, idleTimeout } = this.#host.config;
      this.#deadline = this.#host.wheel.now + unlessZero(this.#head === undefined ? responseTimeout : idleTimeout);
    };
    return new BodySender(body, this.#socket, {
      onProgress,
      onSent: () => {
        this.#sender = undefined;
        onProgress();
      },
      onFailed: (cause) => request.fail(cause),
    });
  }

  #stopSending(): void {
    this.#sender?.stop();
    this.#sender = undefined;
  }

  /** Goes on after its request had paused. */
  goOn(): void {
    // Within a handler's call the loop that made it goes on by itself.
    if (this.#isReading) return;
    this.#deadline = this.#host.wheel.now + unlessZero(this.#host.config.idleTimeout);
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) this.#read(rest);
    else this.#endIfComplete();
    if (this.#request?.paused === true) return;
    if (this.#hasEnded) this.#onEnd();
    else this.#socket.resume();
  }

  /** Closes it; its request hears nothing more. */
  discard(): void {
    this.#request = undefined;
    this.#stopSending();
    this.#socket.destroy();
  }

  check(now: number): number | undefined {
    if (this.#socket.destroyed) return undefined;
    const request = this.#request;
    // What has come and is not taken yet is not waited for.
    if (request?.paused === true || this.#arrived.length > 0) return now + LOOK_AFTER;
    // It is the client that is waited for, and that has clocks of its own.
    if (this.#sender?.isBlocked === false) return now + LOOK_AFTER;
    if (now < this.#deadline) return Math.min(this.#deadline, now + LOOK_AFTER);
    if (request === undefined) this.#socket.destroy();
    else request.fail(this.#head === undefined ? new errors.HeadersTimeoutError() : new errors.BodyTimeoutError());
    return undefined;
  }

  readonly #onData = (chunk: Buffer): void => {
    // Nobody asked for it; nobody gets this connection any more.
    if (this.#request === undefined) {
      this.#socket.destroy();
      return;
    }
    if (this.#arrived.push(chunk) > 1) {
      // A long answer: its handler has to be able to pause before the whole of what the system holds is read.
      this.#takeArrived();
      return;
    }
    const others = this.#host.cohort.assembled();
    if (others === undefined) this.#takeArrived();
    else void others.then(this.#takeArrived);
  };

  readonly #takeArrived = (): void => {
    if (this.#arrived.length === 0) return;
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const chunk of arrived) this.#take(chunk);
  };

  #take(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    // The time for a head is one for all of it, or it could come byte by byte.
    if (this.#head !== undefined) this.#deadline = this.#host.wheel.now + unlessZero(this.#host.config.idleTimeout);
    this.#read(bytes);
  }

  /** The end comes behind all that was sent, for the handler too. */
  readonly #onEnd = (): void => {
    this.#takeArrived();
    this.#hasEnded = true;
    const request = this.#request;
    if (request?.paused === true) return;
    if (this.#head?.body === 'until close' && request !== undefined) this.#complete(request);
    else if (request !== undefined) request.fail(new errors.SocketError('other side closed'));
    else this.#socket.destroy();
  };

  #read(bytes: Buffer): void {
    this.#isReading = true;
    let at = 0;
    try {
      while (at < bytes.length) {
        const request = this.#request;
        if (request === undefined) {
          // Nobody asked for it: a second answer, or one that is longer than it says.
          this.#socket.destroy();
          return;
        } else if (request.paused) {
          this.#rest = bytes.subarray(at);
          this.#socket.pause();
          return;
        } else {
          at = this.#head === undefined ? this.#readHead(request, bytes, at) : this.#readBody(request, bytes, at);
        }
      }
      if (this.#request?.paused === true) this.#socket.pause();
    } catch (cause) {
      const { url } = this.#host;
      const isTheirs = cause instanceof AnswerError;
      const error = isTheirs ? new GateError(ERRORS.upstreamInvalid, `${url}: ${cause.message}`) : (cause as Error);
      if (this.#request === undefined) this.#socket.destroy();
      else this.#request.fail(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Gives where it stopped: behind the head, or at the end of the bytes when there is not all of it. */
  #readHead(request: DirectRequest, bytes: Buffer, from: number): number {
    const end = bytes.indexOf(HEAD_END, from);
    if ((end < 0 ? bytes.length : end) - from > MAX_HEAD_BYTES) throw new errors.HeadersOverflowError();
    if (end < 0) {
      this.#rest = from === 0 ? bytes : bytes.subarray(from);
      return bytes.length;
    }
    const head = parseAnswerHead(bytes.toString('latin1', from, end + 2), request.text.method);
    // Only requests for an upgrade are answered by one, and those go another way.
    if (head.status === 101) throw new AnswerError('an upgrade that nobody asked for');
    request.rawHeaders = head.headers;
    if (head.status >= 200) {
      this.#head = head;
      this.#left = typeof head.body === 'number' ? head.body : 0;
      this.#chunks = head.body === 'chunked' ? new ChunkFraming(true, CHUNK_LIMITS, true) : undefined;
      this.#deadline = this.#host.wheel.now + unlessZero(this.#host.config.idleTimeout);
    }
    request.handler.onResponseStart?.(request, head.status, NO_OBJECT, head.reason);
    this.#endIfComplete();
    return end + HEAD_END.length;
  }

  #readBody(request: DirectRequest, bytes: Buffer, from: number): number {
    const chunks = this.#chunks;
    let at = from;
    if (chunks !== undefined) {
      at = chunks.readFraming(bytes, at);
      if (chunks.complaint !== undefined) throw new AnswerError(chunks.complaint);
      this.#left = chunks.dataLeft;
    }
    const available = bytes.length - at;
    const length = this.#head?.body === 'until close' ? available : Math.min(this.#left, available);
    if (length > 0) {
      this.#left -= length;
      chunks?.skipData(length);
      const isAll = at === 0 && length === bytes.length;
      request.handler.onResponseData?.(request, isAll ? bytes : bytes.subarray(at, at + length));
    }
    this.#endIfComplete();
    return at + length;
  }

  #endIfComplete(): void {
    const request = this.#request;
    if (request === undefined || request.paused || this.#head === undefined || this.#head.body === 'until close')
      return;
    if (this.#chunks === undefined ? this.#left === 0 : this.#chunks.isComplete) this.#complete(request);
  }

  #complete(request: DirectRequest): void {
    const { isKept = false, keptFor } = this.#head ?? {};
    request.rawTrailers.push(...(this.#chunks?.trailers ?? []));
    this.#request = undefined;
    this.#head = undefined;
    this.#chunks = undefined;
    const time = this.#keepingTime(keptFor);
    // An answer that came before all of the request was sent leaves the rest of it on the way.
    const isAllSent = this.#sender === undefined && this.#socket.writableLength === 0;
    this.#stopSending();
    if (isKept && time > 0 && this.isOpen && isAllSent) {
      this.#deadline = this.#host.wheel.now + time;
      this.#host.onFree(this);
    } else {
      this.#socket.destroy();
    }
    request.end();
    try {
      request.handler.onResponseEnd?.(request, NO_OBJECT);
    } catch (cause) {
      request.handler.onResponseError?.(request, cause as Error);
    }
  }

  #keepingTime(keptFor: number | undefined): number {
    const { keepAlive } = this.#host.config;
    return keptFor === undefined ? keepAlive : Math.min(keptFor - BEFORE_THEIR_END, keepAlive * MOST_KEPT);
  }
}

/** The handler reads the raw list; an object of it is never made. */
const NO_OBJECT: Readonly<Record<string, never>> = Object.freeze({});

function unlessZero(milliseconds: number): number {
  return milliseconds > 0 ? milliseconds : Number.POSITIVE_INFINITY;
}
