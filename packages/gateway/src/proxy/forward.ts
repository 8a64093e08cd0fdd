import type { Decisions } from './decisions.ts';
import type { Exchange } from './exchange.ts';
import { Relay } from './relay/relay.ts';
import type { Upstream } from './upstream.ts';

/**
 * Sends the request on, as soon as an address has room. What comes back is the relay's business. `elsewhere` is where a rule wants
 * it instead. Throws when too many requests wait already, or nobody is in service.
 */
export function forward(exchange: Exchange, decisions: Decisions, elsewhere?: Upstream): void {
  const upstream = elsewhere ?? (exchange.route?.upstream as Upstream);
  upstream.budget.earn();
  upstream.assign(new Relay(exchange, upstream, decisions), exchange.gate.config.limits.upstreamQueue);
}
