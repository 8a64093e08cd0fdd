import type { Dispatcher } from 'undici';
import { deadline } from '../../deadline.ts';
import type { GateError } from '../../errors.ts';
import type { UpstreamAddress } from '../balance/address.ts';
import type { Exchange } from '../exchange.ts';
import type { Upstream } from '../upstream.ts';
import { speaksAgainstAddress } from '../upstream-error.ts';
import { upstreamRequest } from '../upstream-request.ts';

/** Who hears of the answer, and of the end of the time for all of it. */
export interface AttemptHandler extends Dispatcher.DispatchHandler {
  onTotalTimeout(): void;
}

/** A request sent to one address, which has been taken for it, until the address has done its part. */
export class Attempt {
  readonly upstream: Upstream;
  readonly address: UpstreamAddress;
  /** The request as it goes out; undefined while nothing was sent. */
  options: Dispatcher.DispatchOptions | undefined;
  /** Of the answer; 0 while there is none. */
  status = 0;
  /** The words of the upstream for the status. */
  reason: string | undefined;
  /** Of the breaker, when the attempt began. */
  readonly #epoch: number;
  #callOff: (() => void) | undefined;
  #isPending = true;

  constructor(upstream: Upstream, address: UpstreamAddress) {
    this.upstream = upstream;
    this.address = address;
    this.#epoch = address.breaker.epoch;
  }

  /** Throws where the request cannot be put in words of HTTP. */
  send(exchange: Exchange, handler: AttemptHandler): void {
    const { address, upstream } = this;
    const options = upstreamRequest(exchange, upstream, address);
    this.options = options;
    exchange.sentTo = address;
    exchange.sentPath = options.path;
    const { totalTimeout } = upstream.config;
    if (totalTimeout !== undefined) this.#callOff = deadline(totalTimeout, () => handler.onTotalTimeout());
    address.dispatcher.dispatch(options, handler);
  }

  /** The address has done its part, one way or the other; `cause` when it failed. Counts once. */
  settle(cause?: GateError): void {
    if (!this.#isPending) return;
    this.#isPending = false;
    this.#callOff?.();
    const { breaker } = this.address;
    if (cause === undefined) {
      if (this.upstream.failureStatuses?.has(this.status)) breaker.failed(this.#epoch);
      else breaker.succeeded(this.#epoch);
    } else if (speaksAgainstAddress(cause)) breaker.failed(this.#epoch);
    else breaker.abandoned(this.#epoch);
    this.upstream.release(this.address);
  }
}
