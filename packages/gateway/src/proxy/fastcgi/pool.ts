/** The connections to one address that speaks FastCGI, behind the interface undici has for those that speak HTTP. */
import { Dispatcher, errors } from 'undici';
import { AfterReading } from '../../after-reading.ts';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { ERRORS, GateError } from '../../errors.ts';
import type { Place } from '../balance/place.ts';
import { FileFinder } from '../files/file-finder.ts';
import { FileRequest } from '../files/file-request.ts';
import { Connection } from './connection.ts';
import type { CgiContext } from './parameters.ts';
import { type FastCgiOptions, FastCgiRequest, type RequestHost } from './request.ts';
import { ScriptFinder } from './script-finder.ts';

/**
 * One request at a time on each connection. Connections are kept only where the configuration says how many processes answer
 * (`fastcgi.processes`): a process serves nobody else while a connection to it stays open.
 */
export class FastCgiPool extends Dispatcher implements RequestHost {
  readonly config: UpstreamConfig;
  readonly finder: ScriptFinder;
  readonly parameters: ReadonlyMap<string, string>;
  readonly #place: Place;
  readonly #files: FileFinder | undefined;
  readonly #idle: Connection[] = [];
  /** Requests for which there may be an idle connection. */
  readonly #waiting = new AfterReading<FastCgiRequest>((request) => {
    if (!request.isOver) request.begin(this.#connection());
  });
  #keeps: boolean;
  #running = 0;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(place: Place, config: UpstreamConfig) {
    super();
    this.config = config;
    this.#place = place;
    this.#keeps = config.fastcgi.processes !== undefined && config.keepAlive > 0;
    this.finder = new ScriptFinder(config.fastcgi);
    const { root, serveFiles } = config.fastcgi;
    this.#files = serveFiles && root !== undefined ? new FileFinder(root, config.fastcgi) : undefined;
    const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
    this.parameters = new Map([...config.fastcgi.parameters].map(([name, value]) => [name, bytes(value)]));
  }

  /** Whether connections stay open behind a request. */
  get keeps(): boolean {
    return this.#keeps;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.#isClosed) throw new errors.ClientClosedError();
    if (options.upgrade) throw new GateError(ERRORS.websocketRefused, 'FastCGI has no way to change the protocol');
    this.#running++;
    // The gate makes the options of its own requests, and those of health checks.
    const asked = options as FastCgiOptions;
    const ask = (): void => void new FastCgiRequest(asked, handler, this).start();
    const { method } = asked;
    if (this.#files === undefined || asked.cgi === undefined || (method !== 'GET' && method !== 'HEAD')) ask();
    else this.#tryFile(asked, handler, asked.cgi, this.#files, ask);
    return true;
  }

  lend(request: FastCgiRequest): void {
    // What an idle connection may have been sent out of turn is read first, and the connection given up for it.
    if (this.#idle.length === 0) request.begin(this.#connection());
    else this.#waiting.add(request);
  }

  over(connection: Connection | undefined): void {
    this.#running--;
    if (connection !== undefined) {
      if (!this.#keeps || this.#isClosed) connection.abandon();
      else if (connection.retrieve(this.config.keepAlive)) this.#idle.push(connection);
    }
    if (this.#running === 0) this.#onIdle?.();
  }

  /** Keeps no connection any longer: others want the processes at their ends. */
  letGo(): void {
    this.#keeps = false;
    for (const connection of this.#idle.splice(0)) connection.abandon();
  }

  /** Resolves when running requests are over. */
  override async close(): Promise<void> {
    this.#isClosed = true;
    this.letGo();
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  /** Takes no more requests and closes idle connections; those under way go on to their end. */
  override async destroy(): Promise<void> {
    this.#isClosed = true;
    this.letGo();
  }

  #tryFile(
    options: FastCgiOptions,
    handler: Dispatcher.DispatchHandler,
    { onErrorLine: onRefused }: CgiContext,
    files: FileFinder,
    otherwise: () => void,
  ): void {
    const { fileMaxAge: maxAge } = this.config.fastcgi;
    const host = { files, maxAge, onRefused, otherwise, over: () => this.over(undefined) };
    void new FileRequest(options, handler, host).start();
  }

  #connection(): Connection {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      if (kept.isOpen) return kept;
    }
    return new Connection(this.#place, this.config, this.#forget);
  }

  readonly #forget = (connection: Connection): void => {
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  };
}
