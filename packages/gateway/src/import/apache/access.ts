/** Who may have what: mod_authz_core with its containers, and mod_access_compat. Users and groups are carried over by `users.ts`. */

import type { AccessRule } from '../../config/sections/access-rules.ts';
import { networkOf } from '../../listener/apache-network.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { Statement } from '../proxy/statement.ts';
import type { NodeSection } from './expand.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Topic } from './topic.ts';

/** `Require ip 10.1`, or a container of such. */
export type Requirement =
  | { readonly kind: 'networks'; readonly networks: readonly string[]; readonly isNegated: boolean }
  | { readonly kind: 'everybody' | 'nobody'; readonly isNegated: boolean }
  /** A user or a group. */
  | { readonly kind: 'person'; readonly rule: AccessRule; readonly at: Statement; readonly isNegated: boolean }
  /** Something neither addresses nor names tell. */
  | { readonly kind: 'unknown'; readonly isNegated: boolean }
  | { readonly kind: 'all' | 'any' | 'none'; readonly items: readonly Requirement[] };

/** `Order`, `Allow` and `Deny`. */
export interface OldRules {
  order: 'allow,deny' | 'deny,allow';
  readonly allow: string[];
  readonly deny: string[];
  /** Somebody is to be kept out whom addresses do not tell. */
  deniesUnknown: boolean;
}

/** What one section says about access. */
export class AccessRules {
  /** Joined by "any", as `Require`s beside each other are. */
  readonly requirements: Requirement[] = [];
  old: OldRules | undefined;
  /** `AuthType` and what belongs to it, by lower-case name. */
  readonly login = new Map<string, Directive>();
  /** The first of its statements. */
  at: Statement | undefined;

  get isSilent(): boolean {
    return this.requirements.length === 0 && this.old === undefined && this.login.size === 0;
  }

  /** Says the same as another section. */
  takeFrom(said: AccessRules): void {
    this.requirements.push(...said.requirements);
    for (const [name, directive] of said.login) this.login.set(name, directive);
    this.old ??= said.old;
    this.at ??= said.at;
  }

  /** The rules of mod_access_compat, begun with its defaults. */
  beginOld(at: Statement): OldRules {
    this.at ??= at;
    this.old ??= { order: 'deny,allow', allow: [], deny: [], deniesUnknown: false };
    return this.old;
  }
}

const UNKNOWN = 'neither addresses nor names of users tell: it lets nobody in';
const NOWHERE = 'outside of any place it protects nothing';

/** This machine. Apache counts clients with the address of the server too. */
const LOCAL = ['127.0.0.0/8', '::1'];

function requirementOf({ args, at }: Directive, ledger: Ledger): Requirement {
  const isNegated = args[0]?.toLowerCase() === 'not';
  const [kind = '', ...words] = isNegated ? args.slice(1) : args;
  const carried = (what: string, ...notes: readonly string[]): void =>
    ledger.carried(at, `routes: access, ${isNegated ? 'without ' : ''}${what}`, ...notes);
  switch (kind.toLowerCase()) {
    case 'all': {
      const isGranted = words[0]?.toLowerCase() === 'granted';
      carried(isGranted ? 'everybody' : 'nobody');
      return { kind: isGranted ? 'everybody' : 'nobody', isNegated };
    }
    case 'ip': {
      const networks = words.map(networkOf);
      const wrong = words.filter((_, index) => networks[index] === undefined);
      if (wrong.length === 0) {
        carried(networks.join(', '));
        return { kind: 'networks', networks: networks.flatMap((one) => one ?? []), isNegated };
      }
      ledger.leftOut(at, `${wrong.join(', ')}: not an address; it lets nobody in`);
      return { kind: 'unknown', isNegated };
    }
    case 'local':
      carried(LOCAL.join(', '), 'clients with the address of the server are not counted as local');
      return { kind: 'networks', networks: LOCAL, isNegated };
    case 'valid-user':
    case 'user':
    case 'group': {
      const rule = personRule(kind.toLowerCase() as 'valid-user' | 'user' | 'group', words);
      if (rule !== undefined) return { kind: 'person', rule, at, isNegated };
      ledger.leftOut(at, 'it names nobody');
      return { kind: 'unknown', isNegated };
    }
    default:
      ledger.leftOut(at, UNKNOWN);
      return { kind: 'unknown', isNegated };
  }
}

/** What becomes of it, is known with the place it is for. */
function personRule(is: 'valid-user' | 'user' | 'group', names: readonly string[]): AccessRule | undefined {
  if (is === 'valid-user') return { is };
  return names.length > 0 ? { is, names } : undefined;
}

/** `<RequireAll>` and its like. */
export function takeRequirements(section: NodeSection, scope: Scope, ledger: Ledger): void {
  const found = containerOf(section, ledger);
  if (scope.kind === 'server') return;
  scope.access.at ??= section.at;
  scope.access.requirements.push(found);
}

function containerOf({ name, at, children }: NodeSection, ledger: Ledger): Requirement {
  const kind = name.toLowerCase().slice('require'.length) as 'all' | 'any' | 'none';
  ledger.carried(at, 'routes: access');
  const items = children.flatMap((node): readonly Requirement[] => {
    if (node.kind === 'section' && /^require(all|any|none)$/i.test(node.name)) return [containerOf(node, ledger)];
    if (node.kind === 'directive' && node.name.toLowerCase() === 'require') return [requirementOf(node, ledger)];
    ledger.leftOut(node.at, `in ${at.source} only requirements stand`);
    return [];
  });
  return { kind, items };
}

/** `Allow from` or `Deny from`. */
function addAddresses(list: 'allow' | 'deny'): Topic[string] {
  return ({ args, at }, scope, { ledger }) => {
    if (scope.kind === 'server') {
      ledger.leftOut(at, NOWHERE);
      return;
    }
    const old = scope.access.beginOld(at);
    const words = args[0]?.toLowerCase() === 'from' ? args.slice(1) : args;
    for (const word of words) {
      const network = word.toLowerCase() === 'all' ? 'all' : networkOf(word);
      if (network !== undefined) {
        old[list].push(network);
        ledger.carried(at, `routes: access, ${list} ${network}`);
      } else if (list === 'allow') ledger.leftOut(at, `${word} is no address: it lets nobody in`);
      else {
        old.deniesUnknown = true;
        ledger.leftOut(at, `${word} is no address, so nobody can tell who is meant: closed for everybody`);
      }
    }
  };
}

export const access: Topic = {
  require(directive, scope, { ledger }) {
    if (scope.kind === 'server') {
      ledger.leftOut(directive.at, NOWHERE);
      return;
    }
    scope.access.at ??= directive.at;
    scope.access.requirements.push(requirementOf(directive, ledger));
  },
  allow: addAddresses('allow'),
  deny: addAddresses('deny'),
  order({ args, at }, scope, { ledger }) {
    const order = args.join('').toLowerCase();
    if (scope.kind === 'server') ledger.leftOut(at, NOWHERE);
    else if (/^(allow,deny|mutual-failure)$/.test(order)) {
      scope.access.beginOld(at).order = 'allow,deny';
      ledger.carried(at, 'routes: access, deny before allow, others denied');
    } else if (order === 'deny,allow') {
      scope.access.beginOld(at).order = 'deny,allow';
      ledger.carried(at, 'routes: access, allow before deny, others allowed');
    } else ledger.leftOut(at, `"${args.join(' ')}" is no order`);
  },
  satisfy({ args, at }, _scope, { ledger }) {
    if (args[0]?.toLowerCase() === 'all') ledger.carried(at, 'everything that is required has to hold');
    else ledger.leftOut(at, 'who has the right address and who is known by name are not joined by "any"');
  },
};
