import type { Dispatcher } from 'undici';
import type { StreamedBody } from './body-sender.ts';
import type { ClientConnection } from './connection.ts';

/** What a request has at hand besides its head. */
export interface RequestText {
  readonly method: string;
  readonly head: string;
  readonly body: Buffer | StreamedBody | undefined;
}

/** A request on its way, and its handler's hold on it. */
export class DirectRequest implements Dispatcher.DispatchController {
  rawHeaders: string[] | null = null;
  readonly rawTrailers: string[] = [];
  paused = false;
  reason: Error | null = null;
  readonly text: RequestText;
  readonly handler: Dispatcher.DispatchHandler;
  /** While it has one. */
  connection: ClientConnection | undefined;
  readonly #onOver: () => void;
  #isOver = false;

  constructor(text: RequestText, handler: Dispatcher.DispatchHandler, onOver: () => void) {
    this.text = text;
    this.handler = handler;
    this.#onOver = onOver;
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.connection?.goOn();
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.reason = reason;
    this.fail(reason);
  }

  /** The handler has heard all; nothing that comes later counts. */
  end(): void {
    this.#isOver = true;
    this.connection = undefined;
    this.#onOver();
  }

  /** Ends it, its connection with it. Whoever aborts has returned before the handler is told, as with undici. */
  fail(cause: Error): void {
    if (this.#isOver) return;
    const { connection } = this;
    this.end();
    connection?.discard();
    process.nextTick(() => this.handler.onResponseError?.(this, cause));
  }
}
