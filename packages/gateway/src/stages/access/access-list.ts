/** Who may have a route, by address: an ordered list as nginx has it. */
import { type Networks, networksOf, parseNetwork } from '../../listener/networks.ts';

export interface AccessList {
  /** `address`: of the client, in plain form; one that is no IP address is only in `all`. */
  allows(address: string): boolean;
}

interface Step {
  readonly allows: boolean;
  /** Undefined for everybody. */
  readonly networks: Networks | undefined;
}

/**
 * The list of a route, whose rules have been checked with the configuration; undefined where everybody may. Neighbours with the
 * same verdict are looked up together.
 */
export function accessListOf(rules: readonly string[]): AccessList | undefined {
  if (rules.length === 0) return undefined;
  const steps: Step[] = [];
  let gathered: string[] = [];
  rules.forEach((rule, at) => {
    const { allows, network } = parsed(rule);
    if (network !== 'all') gathered.push(network);
    const next = rules[at + 1];
    const goesOn = network !== 'all' && next !== undefined && parsed(next).network !== 'all';
    if (goesOn && parsed(next).allows === allows) return;
    if (gathered.length > 0) steps.push({ allows, networks: networksOf(gathered) });
    if (network === 'all') steps.push({ allows, networks: undefined });
    gathered = [];
  });
  return {
    allows(address) {
      for (const { allows, networks } of steps) {
        if (networks === undefined || networks.contains(address)) return allows;
      }
      return false;
    },
  };
}

/** For checks of a configuration: the mistake in words, or undefined. */
export function checkAccessRule(value: string): string | undefined {
  const parts = /^(allow|deny)\s+(\S+)$/.exec(value.trim());
  if (parts === null) return `"${value}" is not a rule such as "allow 10.0.0.0/8" or "deny all"`;
  const [, , network = ''] = parts;
  return network === 'all' || parseNetwork(network) !== undefined
    ? undefined
    : `"${network}" is neither an IP address, nor a network such as 10.0.0.0/8, nor "all"`;
}

function parsed(rule: string): { readonly allows: boolean; readonly network: string } {
  const [verdict, network = 'all'] = rule.trim().split(/\s+/);
  return { allows: verdict === 'allow', network };
}
