import { AfterReading } from '../../after-reading.ts';
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
  readonly timer: NodeJS.Timeout;
}

/** Requests that wait until an address of their upstream has room: who came first is served first. */
export class WaitingLine {
  readonly #upstream: string;
  readonly #patience: number;
  /** Whose time is over, unless room was made for them while the gate stood still. */
  readonly #late = new AfterReading<Claimant>((claimant) => this.#giveUp(claimant));
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
    const timer = setTimeout(() => this.#late.add(claimant), this.#patience);
    this.#all.push({ claimant, timer });
  }

  /** Gives addresses to those in front for as long as `pick` finds one. */
  serve(pick: (exchange: Asker) => UpstreamAddress | undefined): void {
    for (let next = this.#all[0]; next !== undefined; next = this.#all[0]) {
      const { claimant, timer } = next;
      const isGone = claimant.exchange.isClientGone;
      const address = isGone ? undefined : pick(claimant.exchange);
      if (!isGone && address === undefined) return;
      this.#all.shift();
      clearTimeout(timer);
      if (address === undefined) continue;
      address.take();
      claimant.begin(address);
    }
    this.#onEmpty?.();
  }

  /** Nobody will serve them. */
  refuseAll(): void {
    for (const { claimant, timer } of this.#all.splice(0)) {
      clearTimeout(timer);
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
    const others = this.#all.filter((one) => one.claimant !== claimant);
    if (others.length === this.#all.length) return;
    this.#all = others;
    if (this.isEmpty) this.#onEmpty?.();
    claimant.refuse(new GateError(ERRORS.upstreamQueueTimeout, this.#upstream));
  }

  /** Clients who have left take no place from others. */
  #forgetGone(): void {
    this.#all = this.#all.filter(({ claimant, timer }) => {
      if (claimant.exchange.isClientGone) clearTimeout(timer);
      return !claimant.exchange.isClientGone;
    });
  }
}
