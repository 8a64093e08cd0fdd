import type { RuleSwitch } from '@sallyport/engine';
import { RULE_SWITCHES, type RuleSwitchEntry } from '../../waf/rule-switches.ts';
import type { Query } from '../query.ts';
import type { StandingOrder } from '../standing-orders.ts';

/** The rules that are switched in this process. */
export const ruleSwitches: Query = {
  name: 'rule-switches',
  answer: (gateway) => gateway.ruleSwitches.entries,
};

/** What an order to switch a rule says; `default` gives it back to its file. */
export interface SwitchOrder {
  readonly id: number;
  readonly to: RuleSwitch | 'default';
  readonly route?: string;
  readonly until?: number;
  readonly by: string;
  readonly since: number;
}

/** Whether a rule can be switched on a route. */
export const checkRuleSwitch: Query = {
  name: 'check-rule-switch',
  answer(gateway, parameters) {
    const { id, route } = parameters as SwitchOrder;
    gateway.ruleSwitches.check(id, route);
    return { isPossible: true };
  },
};

export const switchRule: Query = {
  name: 'switch-rule',
  answer(gateway, parameters) {
    // Made by the endpoint, in this program.
    const { to, ...order } = parameters as SwitchOrder;
    if (to === 'default') gateway.ruleSwitches.remove(order.id, order.route, order.by);
    else if (RULE_SWITCHES.includes(to)) gateway.ruleSwitches.set({ ...order, to });
    else throw new Error(`"${to}" is nothing a rule can be switched to`);
    return { isDone: true };
  },
};

/** The switches among orders that are kept. */
export function switchesIn(orders: readonly StandingOrder[]): readonly RuleSwitchEntry[] {
  return orders.flatMap(({ query, parameters }) => {
    if (query !== switchRule.name) return [];
    // As the endpoint has written it.
    const { to, ...order } = parameters as SwitchOrder;
    return to === 'default' ? [] : [{ ...order, to }];
  });
}
