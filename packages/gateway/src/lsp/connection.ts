import type { Readable, Writable } from 'node:stream';
import { FrameReader, FramingError, frame } from './framing.ts';

/** JSON-RPC 2.0 and LSP error codes. */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  internalError: -32603,
  serverNotInitialized: -32002,
} as const;

/** A request that is answered with an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a server does with what a client says. */
export interface Handlers {
  /** The result of a request; throws {@link RpcError} for an error the client should see. */
  request(method: string, params: unknown): unknown;
  notify(method: string, params: unknown): void;
  /** The client has said its last word; what it sends after that is not read. */
  readonly isFinished: boolean;
}

/** A JSON-RPC connection over two streams. Requests are answered at once and in order. */
export class Connection {
  readonly #output: Writable;
  readonly #handlers: Handlers;
  readonly #report: (line: string) => void;

  constructor(output: Writable, handlers: Handlers, report: (line: string) => void) {
    this.#output = output;
    this.#handlers = handlers;
    this.#report = report;
  }

  /** Reads until the client has finished, or to the end of the input. */
  async serve(input: Readable): Promise<void> {
    const reader = new FrameReader();
    for await (const piece of input) {
      let messages: readonly string[];
      try {
        messages = reader.push(piece as Buffer);
      } catch (cause) {
        if (!(cause instanceof FramingError)) throw cause;
        this.#report(cause.message);
        return;
      }
      for (const message of messages) {
        this.#receive(message);
        if (this.#handlers.isFinished) return;
      }
    }
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  #receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#send({ id: null, error: { code: RPC.parseError, message: 'the message is not JSON' } });
      return;
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.#send({ id: null, error: { code: RPC.invalidRequest, message: 'the message is not a JSON-RPC object' } });
      return;
    }
    const { id, method, params } = message as {
      readonly id?: unknown;
      readonly method?: unknown;
      readonly params?: unknown;
    };
    // Answers to requests of ours; there are none.
    if (typeof method !== 'string') return;
    if (id === undefined) this.#notified(method, params);
    else this.#send({ id, ...this.#answer(method, params) });
  }

  #answer(method: string, params: unknown): { readonly result: unknown } | { readonly error: object } {
    try {
      return { result: this.#handlers.request(method, params) ?? null };
    } catch (cause) {
      if (cause instanceof RpcError) return { error: { code: cause.code, message: cause.message } };
      this.#report(`${method}: ${stackOf(cause)}`);
      return { error: { code: RPC.internalError, message: cause instanceof Error ? cause.message : String(cause) } };
    }
  }

  #notified(method: string, params: unknown): void {
    try {
      this.#handlers.notify(method, params);
    } catch (cause) {
      this.#report(`${method}: ${stackOf(cause)}`);
    }
  }

  #send(message: object): void {
    this.#output.write(frame({ jsonrpc: '2.0', ...message }));
  }
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
