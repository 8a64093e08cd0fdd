/** The rule sets of a configuration, each with the routes that run it: what tools that look at rules go through. */
import type { Config, RouteConfig } from '../config/config.ts';
import { chooseNamedRuleSet, chooseRuleSet, type RuleSet } from './rule-set.ts';

export interface ConfiguredRuleSet {
  /** Where the configuration says what is in it: `rules`, or `rule_sets.NAME`. */
  readonly place: string;
  readonly ruleSet: RuleSet;
  /** In the order of the configuration; empty where nothing runs it. */
  readonly users: readonly RuleSetUser[];
}

/** A route, or whatever else requests come by, whose requests a rule set sees. */
export interface RuleSetUser {
  /** For people: `route 2 (example.org/upload)`. */
  readonly name: string;
  /** What a route can be called in orders at run time. */
  readonly routeNames: readonly string[];
  /** `detection` refuses nothing. */
  readonly mode: 'on' | 'detection';
}

/** Throws with one line when files or folders that are named are not there. */
export function configuredRuleSets(config: Config): readonly ConfiguredRuleSet[] {
  return [
    { place: 'rules', ruleSet: chooseRuleSet(config), users: usersOf(config, undefined) },
    ...[...config.ruleSets.keys()].map((name) => ({
      place: `rule_sets.${name}`,
      ruleSet: chooseNamedRuleSet(config, name),
      users: usersOf(config, name),
    })),
  ];
}

/** The rules a route runs. Throws as `configuredRuleSets` does. */
export function ruleSetOfRoute(config: Config, { ruleSet }: Pick<RouteConfig, 'ruleSet'>): RuleSet {
  return ruleSet === undefined ? chooseRuleSet(config) : chooseNamedRuleSet(config, ruleSet);
}

/** What a route can be called: `/upload`, `example.org/upload`. */
export function namesOfRoute({ path, hosts }: Pick<RouteConfig, 'path' | 'hosts'>): readonly string[] {
  return [path, ...hosts.map((host) => host + path)];
}

function usersOf(config: Config, set: string | undefined): readonly RuleSetUser[] {
  const { routes, deployments } = config;
  if (routes.length === 0 && deployments.size === 0) {
    return set === undefined ? [{ name: 'every request', routeNames: ['/'], mode: 'on' }] : [];
  }
  const users = routes.flatMap((route, at): RuleSetUser[] => {
    if (route.ruleSet !== set || route.waf === 'off') return [];
    const routeNames = namesOfRoute(route);
    return [{ name: `route ${at + 1} (${routeNames.at(-1)})`, routeNames, mode: route.waf }];
  });
  if (set !== undefined) return users;
  const deployed = [...deployments].flatMap(([name, { waf }]): RuleSetUser[] =>
    waf === 'off' ? [] : [{ name: `deployments.${name}`, routeNames: [], mode: waf }],
  );
  return [...users, ...deployed];
}
