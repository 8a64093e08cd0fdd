/** Requests that took long: the newest in memory, all of them in a file where one is named, and never too many. */
import type { MaskSettings } from '@sallyport/engine';
import { asciiJson } from '../ascii-json.ts';
import type { ExchangeObserver } from '../logged-exchange.ts';
import type { BoundedFile } from './bounded-file.ts';
import { describeSlowRequest, type SlowRequest } from './slow-request.ts';

export interface SlowRequestsOptions {
  /** Milliseconds. */
  readonly threshold: number;
  readonly kept: number;
  readonly perMinute: number;
  readonly headers: readonly string[];
  readonly mask: MaskSettings | undefined;
  readonly file: BoundedFile | undefined;
}

const MINUTE = 60_000;
/** A connection that goes on as something else lasts as long as both ends want. */
const SWITCHING_PROTOCOLS = 101;

export class SlowRequests {
  readonly #options: SlowRequestsOptions;
  readonly #entries: SlowRequest[] = [];
  #minute = 0;
  #inMinute = 0;
  #skipped = 0;

  constructor(options: SlowRequestsOptions) {
    this.#options = options;
  }

  /** The newest last. */
  get entries(): readonly SlowRequest[] {
    return this.#entries;
  }

  readonly observe: ExchangeObserver = (exchange) => {
    const { threshold, kept, perMinute, headers, mask, file } = this.#options;
    if (exchange.duration < threshold * 1000 || exchange.status === SWITCHING_PROTOCOLS) return;
    const minute = Math.floor((exchange.startedAt + exchange.duration / 1000) / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#inMinute = 0;
    }
    if (++this.#inMinute > perMinute) {
      this.#skipped++;
      return;
    }
    const entry: SlowRequest = {
      ...describeSlowRequest(exchange, headers, mask),
      ...(this.#skipped > 0 && { skipped_before: this.#skipped }),
    };
    this.#skipped = 0;
    this.#entries.push(entry);
    if (this.#entries.length > kept) this.#entries.shift();
    file?.append(asciiJson(entry));
  };
}
