/**
 * Who may, by address, as an ordered list whose first fitting rule counts. Such lists can be joined by "and", "or" and "not" and are
 * lists again, as two networks are disjoint or one lies in the other.
 */
import { BlockList } from 'node:net';
import { type Network, parseNetwork } from '../../listener/networks.ts';

export interface Decision {
  readonly allows: boolean;
  /** As `parseNetwork` reads it, or `all`. */
  readonly network: string;
}

/** Its last rule is for `all`. */
export type DecisionList = readonly Decision[];

export const EVERYBODY: DecisionList = [{ allows: true, network: 'all' }];
export const NOBODY: DecisionList = [{ allows: false, network: 'all' }];

/** Those in one of the networks, and nobody else. */
export function only(networks: readonly string[]): DecisionList {
  return shortened([...networks.map((network) => ({ allows: true, network })), ...NOBODY]);
}

export function not(list: DecisionList): DecisionList {
  return list.map(({ allows, network }) => ({ allows: !allows, network }));
}

export function and(a: DecisionList, b: DecisionList): DecisionList {
  return joined(a, b, (one, other) => one && other);
}

export function or(a: DecisionList, b: DecisionList): DecisionList {
  return joined(a, b, (one, other) => one || other);
}

export function isNobody(list: DecisionList): boolean {
  return list.every(({ allows }) => !allows);
}

/** As `routes[].access` takes them; none where everybody may. */
export function accessRules(list: DecisionList): readonly string[] {
  if (list.every(({ allows }) => allows)) return [];
  return list.map(({ allows, network }) => `${allows ? 'allow' : 'deny'} ${network}`);
}

/** The first rule of a pair that both fit decides, so pairs are tried in the order of their parts. */
function joined(a: DecisionList, b: DecisionList, verdict: (one: boolean, other: boolean) => boolean): DecisionList {
  const rules = a.flatMap((one) =>
    b.flatMap((other) => {
      const network = common(one.network, other.network);
      return network === undefined ? [] : [{ allows: verdict(one.allows, other.allows), network }];
    }),
  );
  return shortened(rules);
}

/** The narrower of two networks, where it lies in the wider. */
function common(a: string, b: string): string | undefined {
  if (isWithin(a, b)) return a;
  return isWithin(b, a) ? b : undefined;
}

function isWithin(inner: string, outer: string): boolean {
  if (outer === 'all' || inner === outer) return true;
  const one = parseNetwork(inner);
  const other = parseNetwork(outer);
  if (one === undefined || other === undefined || one.family !== other.family) return false;
  return one.prefix >= other.prefix && listOf(other).check(one.address, one.family);
}

function listOf({ address, prefix, family }: Network): BlockList {
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list;
}

/** Without rules that an earlier one leaves nothing for, and without those that say what a later one says anyway. */
function shortened(rules: DecisionList): DecisionList {
  const kept: Decision[] = [];
  for (const rule of rules) {
    if (kept.some(({ network }) => isWithin(rule.network, network))) continue;
    kept.push(rule);
    if (rule.network === 'all') break;
  }
  for (let at = kept.length - 2; at >= 0; at--) if (isSaidAgain(kept, at)) kept.splice(at, 1);
  return kept;
}

/** A later rule speaks of all its addresses and says the same, and none between them says otherwise of some. */
function isSaidAgain(rules: DecisionList, at: number): boolean {
  const { allows, network } = rules[at] as Decision;
  for (const later of rules.slice(at + 1)) {
    if (isWithin(network, later.network)) return later.allows === allows;
    if (later.allows !== allows && isWithin(later.network, network)) return false;
  }
  return false;
}
