/**
 * What rules about access decide. They know a principal and a request, and nothing of providers.
 *
 * As in Apache a list grants when one of its rules does, and rules that only say who may not (`none`, `not`) grant nothing by
 * themselves. Other than Apache, `not user bob` cannot be answered before it is known who asks: it wants a login.
 */

import type { AccessRule } from '../../config/sections/access-rules.ts';
import { networksOf } from '../../listener/networks.ts';
import { utf8Bytes } from '../../listener/utf8-bytes.ts';
import type { Principal } from './principal.ts';

/** `login`: not before it is known who asks. `neutral`: nothing against it, and nothing for it. */
export type Verdict = 'granted' | 'denied' | 'login' | 'neutral';

/** What rules may ask about a request. */
export interface AccessFacts {
  readonly principal: Principal | undefined;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly method: string;
}

export type Policies = ReadonlyMap<string, readonly AccessRule[]>;

export type Decide = (facts: AccessFacts) => Verdict;

/** One function for a list of rules, made at load. Policies have been checked with the configuration. */
export function compileRules(rules: readonly AccessRule[], policies: Policies): Decide {
  return anyOf(rules.map((rule) => compile(rule, policies)));
}

function compile(rule: AccessRule, policies: Policies): Decide {
  switch (rule.is) {
    case 'all granted':
      return () => 'granted';
    case 'all denied':
      return () => 'denied';
    case 'valid-user':
      return ({ principal }) => (principal === undefined ? 'login' : 'granted');
    case 'user': {
      const names = new Set(rule.names.map(utf8Bytes));
      return ({ principal }) => (principal === undefined ? 'login' : claim(names.has(principal.user)));
    }
    case 'group': {
      const names = new Set(rule.names.map(utf8Bytes));
      return ({ principal }) =>
        principal === undefined ? 'login' : claim(principal.groups.some((group) => names.has(group)));
    }
    case 'ip': {
      const networks = networksOf(rule.networks);
      return ({ clientAddress }) => claim(networks.contains(clientAddress));
    }
    case 'local': {
      const loopback = networksOf(['127.0.0.0/8', '::1']);
      return ({ clientAddress, serverAddress }) =>
        claim(loopback.contains(clientAddress) || clientAddress === serverAddress);
    }
    case 'method': {
      const methods = new Set(rule.methods);
      return ({ method }) => claim(methods.has(method));
    }
    case 'policy':
      return compileRules(policies.get(rule.name) ?? [], policies);
    case 'any':
      return anyOf(rule.rules.map((one) => compile(one, policies)));
    case 'all':
      return allOf(rule.rules.map((one) => compile(one, policies)));
    case 'none':
      return noneOf(rule.rules.map((one) => compile(one, policies)));
  }
}

function claim(holds: boolean): Verdict {
  return holds ? 'granted' : 'denied';
}

function anyOf(rules: readonly Decide[]): Decide {
  return (facts) => {
    let best: Verdict = 'neutral';
    for (const rule of rules) {
      const verdict = rule(facts);
      if (verdict === 'granted') return verdict;
      if (verdict === 'login' || best === 'neutral') best = verdict;
    }
    return best;
  };
}

function allOf(rules: readonly Decide[]): Decide {
  return (facts) => {
    let worst: Verdict = 'neutral';
    for (const rule of rules) {
      const verdict = rule(facts);
      if (verdict === 'denied') return verdict;
      if (verdict === 'login' || (verdict === 'granted' && worst === 'neutral')) worst = verdict;
    }
    return worst;
  };
}

function noneOf(rules: readonly Decide[]): Decide {
  return (facts) => {
    let worst: Verdict = 'neutral';
    for (const rule of rules) {
      const verdict = rule(facts);
      if (verdict === 'granted') return 'denied';
      if (verdict === 'login') worst = verdict;
    }
    return worst;
  };
}
