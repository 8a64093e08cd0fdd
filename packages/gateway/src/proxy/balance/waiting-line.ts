import { deadline } from '../../deadline.ts';
import { ERRORS, GateError } from '../../errors.ts';
import type { UpstreamAddress } from './address.ts';
import type { Asker } from './asker.ts';

/** A request that wants an address. */
export interface Claimant {
  readonly exchange: Asker & { readonly isClientGone: boolean };
  /** It has one. Never throws. */
  begin(address: UpstreamAddress): void;
  /** It will get none. */
  refuse(error: GateError): void;
}

interface Waiting {
  readonly claimant: Claimant;
  /** Its time is not to be over any more. */
  readonly stopClock: () => void;
}

/** Requests that wait until an address of their upstream has room: who came first is served first. */
export class WaitingLine {
  readonly #upstream: string;
  readonly #patience: number;
  #all: Waiting[] = [];
  #onEmpty: (() => void) | undefined;

  /** `patience`: milliseconds somebody waits at most. */
  constructor(upstream: string, patience: number) {
    this.#upstream = upstream;
    this.#patience = patience;
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** `places`: how many may wait. Throws when they are taken by clients who are still there. */
  join(claimant: Claimant, places: number): void {
    if (this.#all.length >= places) this.#forgetGone();
    if (this.#all.length >= places) throw new GateError(ERRORS.upstreamBusy, this.#upstream);
    const stopClock = deadline(this.#patience, () => this.#giveUp(claimant));
    this.#all.push({ claimant, stopClock });
  }

  /** Gives addresses to those in front for as long as `pick` finds one. */
  serve(pick: (exchange: Asker) => UpstreamAddress | undefined): void {
    for (let next = this.#all[0]; next !== undefined; next = this.#all[0]) {
      const { claimant, stopClock } = next;
      const isGone = claimant.exchange.isClientGone;
      const address = isGone ? undefined : pick(claimant.exchange);
      if (!isGone && address === undefined) return;
      this.#all.shift();
      stopClock();
      if (address === undefined) continue;
      address.take();
      claimant.begin(address);
    }
    this.#onEmpty?.();
  }

  /** Nobody will serve them. */
  refuseAll(): void {
    for (const { claimant, stopClock } of this.#all.splice(0)) {
      stopClock();
      claimant.refuse(new GateError(ERRORS.upstreamOut, this.#upstream));
    }
    this.#onEmpty?.();
  }

  /** Resolves when nobody waits any more. */
  async empty(): Promise<void> {
    if (this.isEmpty) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  #giveUp(claimant: Claimant): void {
    this.#all = this.#all.filter((one) => one.claimant !== claimant);
    if (this.isEmpty) this.#onEmpty?.();
    claimant.refuse(new GateError(ERRORS.upstreamQueueTimeout, this.#upstream));
  }

  /** Clients who have left take no place from others. */
  #forgetGone(): void {
    this.#all = this.#all.filter(({ claimant, stopClock }) => {
      if (claimant.exchange.isClientGone) stopClock();
      return !claimant.exchange.isClientGone;
    });
  }
}
