import type { Interruption } from '@sallyport/engine';
import type { Exchange } from './exchange.ts';

/** How an exchange ends other than by the upstream's answer. Stages get this handed in, as it may lead back to them. */
export interface Decisions {
  /** Does what a rule decided. */
  carryOut(exchange: Exchange, verdict: Interruption): Promise<void>;
  /** Ends an exchange that cannot go on. Never rejects. */
  fail(exchange: Exchange, cause: unknown): Promise<void>;
}
