/** The firewalls of a configuration: one for each rule set and mode that some route asks for. */
import type { RouteConfig, WafMode } from '../config/config.ts';
import type { Firewall } from './firewall.ts';

/** By what routes say under `waf`; undefined where no route says so. */
export type ModeFirewalls = { readonly [mode in WafMode]: Firewall | undefined };

/** Those of `rules`, and those of named rule sets. */
export interface Firewalls extends ModeFirewalls {
  readonly named: ReadonlyMap<string, ModeFirewalls>;
}

export const NO_FIREWALLS: Firewalls = { on: undefined, detection: undefined, off: undefined, named: new Map() };

/** What inspects the requests of a route; undefined for nothing. A route is never served with other rules than it asks for. */
export function firewallOf(
  firewalls: Firewalls,
  { ruleSet, waf }: Pick<RouteConfig, 'ruleSet' | 'waf'>,
): Firewall | undefined {
  if (ruleSet === undefined) return firewalls[waf];
  const own = firewalls.named.get(ruleSet);
  if (own === undefined) throw new Error(`the rule set "${ruleSet}" has not been loaded`);
  return own[waf];
}
