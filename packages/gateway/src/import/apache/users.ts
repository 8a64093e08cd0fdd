/** `AuthType Basic` with its files, and `Require` of users and groups: who may have something by name. */
import { canGrant } from '../../config/sections/access-contradictions.ts';
import { type AccessRule, printRule } from '../../config/sections/access-rules.ts';
import type { DecisionList } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import { passwordProvider, setRealm } from '../proxy/password-files.ts';
import type { AccessRules, Requirement } from './access.ts';
import type { Directive } from './parse.ts';
import type { Topic, Workshop } from './topic.ts';
import { ofOldRules } from './who-may.ts';

/** Who may have a place, where names are needed to tell. */
export interface Login {
  /** By address, besides. */
  readonly list: DecisionList;
  /** `auth` of a route. */
  readonly auth: Settings;
}

type Person = Requirement & { readonly kind: 'person' };

/**
 * What these sections ask of users, the outer first; undefined where they ask nothing, or nothing the gate can tell. What the gate
 * cannot tell lets nobody in, which addresses say then.
 */
export function loginOf(sections: readonly AccessRules[], workshop: Workshop): Login | undefined {
  const { ledger } = workshop;
  const requirements = sections.findLast((one) => one.requirements.length > 0)?.requirements ?? [];
  const people = requirements.flatMap(peopleIn);
  if (people.length === 0) return undefined;
  const rules = alternatives(requirements);
  if (rules?.some(({ is }) => is === 'all granted')) {
    for (const { at } of people) ledger.carried(at, 'everybody may in any case');
    return undefined;
  }
  const said = new Map(sections.flatMap(({ login }) => [...login]));
  const providers = rules?.some(canGrant) ? providerOf(said, people, workshop) : undefined;
  if (rules === undefined || providers === undefined) {
    for (const { at } of people) ledger.leftOut(at, 'users are not identified this way: it lets nobody in');
    return undefined;
  }
  for (const { at } of people) ledger.carried(at, 'routes: auth');
  const old = sections.findLast((one) => one.old !== undefined)?.old;
  const list: DecisionList = old === undefined ? [{ allows: true, network: 'all' }] : ofOldRules(old);
  return { list, auth: { providers, require: rules.map(written) } };
}

/** The name of the provider; undefined, with nothing written, where there is none like it. */
function providerOf(
  said: ReadonlyMap<string, Directive>,
  people: readonly Person[],
  workshop: Workshop,
): string | undefined {
  const { draft, ledger, files } = workshop;
  const type = said.get('authtype');
  const users = said.get('authuserfile');
  const source = said.get('authbasicprovider');
  if (type?.args[0]?.toLowerCase() !== 'basic' || users === undefined) return undefined;
  if (source !== undefined && source.args.join(' ').toLowerCase() !== 'file') return undefined;
  if (people.some(({ rule }) => rule.is === 'group')) {
    const groups = said.get('authgroupfile');
    const file = groups && files.placeOf(groups.args[0] ?? '');
    const known = draft.get('auth', 'group_file');
    if (groups === undefined || (known !== undefined && known !== file)) return undefined;
    draft.set('auth', 'group_file', file);
    ledger.carried(groups.at, 'auth: group_file');
  }
  const name = said.get('authname');
  if (name !== undefined) setRealm(name.args[0] ?? '', name.at, workshop);
  for (const one of [type, source]) if (one !== undefined) ledger.carried(one.at, 'auth: basic');
  return passwordProvider(users.args[0] ?? '', users.at, workshop);
}

function peopleIn(requirement: Requirement): readonly Person[] {
  if ('items' in requirement) return requirement.items.flatMap(peopleIn);
  return requirement.kind === 'person' ? [requirement] : [];
}

/** As rules of which one has to hold. What is negated keeps out and never lets in, so among alternatives it counts for nothing. */
function alternatives(requirements: readonly Requirement[]): readonly AccessRule[] | undefined {
  const positive = requirements.filter((one) => one.kind !== 'none' && !('isNegated' in one && one.isNegated));
  const rules = positive.map(ruleOf);
  return rules.includes(undefined) || rules.length === 0 ? undefined : (rules as AccessRule[]);
}

/** Undefined for what the gate cannot tell. */
function ruleOf(requirement: Requirement): AccessRule | undefined {
  if ('items' in requirement) {
    const { kind, items } = requirement;
    const rules: readonly (AccessRule | undefined)[] = kind === 'any' ? (alternatives(items) ?? []) : items.map(ruleOf);
    return rules.length === 0 || rules.includes(undefined) ? undefined : { is: kind, rules: rules as AccessRule[] };
  }
  const rule = plainRule(requirement);
  return rule !== undefined && requirement.isNegated ? { is: 'none', rules: [rule] } : rule;
}

function plainRule(requirement: Exclude<Requirement, { readonly items: unknown }>): AccessRule | undefined {
  switch (requirement.kind) {
    case 'everybody':
      return { is: 'all granted' };
    case 'nobody':
      return { is: 'all denied' };
    case 'networks':
      return requirement.networks.length === 0 ? undefined : { is: 'ip', networks: requirement.networks };
    case 'person':
      return requirement.rule;
    case 'unknown':
      return undefined;
  }
}

/** As the configuration has it: words, or a group under its key. */
function written(rule: AccessRule): string | Settings {
  return 'rules' in rule ? { [rule.is]: rule.rules.map(written) } : printRule(rule);
}

/** Kept until it is known which places they are for. */
const kept: Topic[string] = (directive, scope, { ledger }) => {
  if (scope.kind === 'server') ledger.leftOut(directive.at, 'outside of any place it asks nobody');
  else scope.access.login.set(directive.name.toLowerCase(), directive);
};

export const users: Topic = {
  authtype: kept,
  authname: kept,
  authuserfile: kept,
  authgroupfile: kept,
  authbasicprovider: kept,
};
