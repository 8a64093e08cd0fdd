/** A GET or HEAD that a file may answer in place of the application. It speaks to its handler as undici does. */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { canonicalPath } from '../../listener/target.ts';
import { fileAnswer } from './file-answer.ts';
import type { FileFinder, OpenedFile } from './file-finder.ts';
import { FileSender } from './file-sender.ts';

export interface FileHost {
  readonly files: FileFinder;
  /** Milliseconds. */
  readonly maxAge: number;
  /** Takes a line about what is there and must not be served; a byte string. */
  readonly onRefused: (line: string) => void;
  /** No file answers: the application does. */
  readonly otherwise: () => void;
  /** The file has answered, or the client has given up. */
  readonly over: () => void;
}

export class FileRequest implements Dispatcher.DispatchController {
  rawHeaders: Buffer[] | null = null;
  rawTrailers: Buffer[] | null = null;
  isPaused = false;
  reason: Error | null = null;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #host: FileHost;
  #sender: FileSender | undefined;
  #isOver = false;

  constructor(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, host: FileHost) {
    this.#options = options;
    this.#handler = handler;
    this.#host = host;
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  /** Never rejects. */
  async start(): Promise<void> {
    const file = await this.#find();
    if (file === undefined) {
      this.#host.otherwise();
      return;
    }
    try {
      this.#handler.onRequestStart?.(this, {});
      await this.#answerBy(file);
    } catch (cause) {
      this.#fail(cause as Error);
      if (this.#sender === undefined) await file.handle.close();
    }
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.reason = reason;
    this.#fail(reason);
  }

  pause(): void {
    this.isPaused = true;
    this.#sender?.pause();
  }

  resume(): void {
    this.isPaused = false;
    if (!this.#isOver) this.#sender?.resume();
  }

  async #find(): Promise<OpenedFile | undefined> {
    const [raw = ''] = this.#options.path.split('?', 1);
    // The name of a file cannot hold a slash, so whoever encodes one means something else.
    if (/%2f/i.test(raw)) return undefined;
    const path = canonicalPath(raw);
    const found = await this.#host.files.find(path);
    if (found.is === 'refused') this.#host.onRefused(`the file of ${path} is not served: ${found.reason}`);
    return found.is === 'file' ? found : undefined;
  }

  async #answerBy(file: OpenedFile): Promise<void> {
    const { method, headers: asked } = this.#options;
    // The gate hands headers over as a list.
    const list = asked as readonly string[];
    const headerOf = (name: string): string | undefined => {
      const at = list.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
      return at < 0 ? undefined : list[at + 1];
    };
    const { status, headers, range } = fileAnswer(file, method, headerOf, this.#host.maxAge);
    if (range === undefined || this.#isOver) await file.handle.close();
    if (this.#isOver) return;
    if (range !== undefined) {
      this.#sender = new FileSender(file.handle, range, {
        onData: (chunk) => this.#handler.onResponseData?.(this, chunk),
        onEnd: () => this.#end(),
        onFailed: (cause) => this.#fail(cause),
      });
    }
    this.rawHeaders = headers.map((text) => Buffer.from(text, 'latin1'));
    this.#handler.onResponseStart?.(this, status, {});
    if (range === undefined) this.#end();
    else if (!this.isPaused) this.resume();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#close();
    this.#handler.onResponseEnd?.(this, {});
  }

  #fail(cause: Error): void {
    if (this.#isOver) return;
    this.#close();
    // As undici does: whoever aborts has returned before it is told.
    process.nextTick(() => this.#handler.onResponseError?.(this, cause));
  }

  #close(): void {
    this.#isOver = true;
    this.#sender?.stop();
    const { body } = this.#options;
    if (body instanceof Readable && !body.readableEnded) body.destroy();
    this.#host.over();
  }
}
