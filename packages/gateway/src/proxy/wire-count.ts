/** What crosses a connection, request by request. Looked at only where a log or a metric asks for it. */
import type { Socket } from 'node:net';

const ledger = Symbol('bytes and requests of a connection');
type CountedSocket = Socket & { [ledger]?: Ledger };

interface Ledger {
  requests: number;
  /** Bytes that earlier requests account for. */
  read: number;
  written: number;
}

/**
 * The share of one request in a connection. Bytes are counted from the end of the request before: a client that sends several
 * requests at once has them all counted with the first.
 */
export class WireCount {
  readonly #socket: CountedSocket;
  /** Requests before this one. */
  readonly requestsBefore: number;
  #bytes: { readonly in: number; readonly out: number } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const counted = (this.#socket[ledger] ??= { requests: 0, read: 0, written: 0 });
    this.requestsBefore = counted.requests++;
  }

  /** Of heads and bodies, framing included; of TLS what is inside. The first look ends the request's share. */
  get bytes(): { readonly in: number; readonly out: number } {
    if (this.#bytes !== undefined) return this.#bytes;
    const counted = this.#socket[ledger] as Ledger;
    const { bytesRead, bytesWritten } = this.#socket;
    this.#bytes = { in: bytesRead - counted.read, out: bytesWritten - counted.written };
    counted.read = bytesRead;
    counted.written = bytesWritten;
    return this.#bytes;
  }
}
