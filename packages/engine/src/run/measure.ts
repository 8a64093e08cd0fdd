import type { Link, Program, Rule } from '../compile/program.ts';
import type { ConditionCost, WafOptions } from '../contract.ts';
import type { Matcher, OperatorScope } from '../registry/operator.ts';

/** What the conditions of a program have cost. */
export type Costs = ReadonlyMap<Link, ConditionCost>;

type Measure = NonNullable<WafOptions['measure']>;

/**
 * The same program with operators that note what they cost, whoever asks them. That is why programs nobody measures pay
 * nothing for it.
 */
export function measureProgram(
  program: Program,
  measure: Measure,
): { readonly program: Program; readonly costs: Costs } {
  const costs = new Map<Link, ConditionCost>();
  const measured = new Map(program.rules.map((rule) => [rule, measureRule(rule, measure, costs)]));
  const counterpart = (rule: Rule): Rule => measured.get(rule) ?? rule;
  return {
    program: {
      ...program,
      rules: program.rules.map(counterpart),
      phases: program.phases.map((rules) => rules.map(counterpart)),
    },
    costs,
  };
}

function measureRule(rule: Rule, measure: Measure, costs: Map<Link, ConditionCost>): Rule {
  const { file = '', line = 0 } = rule.links[0] ?? {};
  const links = rule.links.map((link, position) => {
    const { test } = link;
    const cost = measure({
      rule: { id: rule.id, file, line },
      phase: rule.phase,
      position,
      file: link.file,
      line: link.line,
      operator: link.isUnconditional ? 'unconditional' : `${test.isNegated ? '!' : ''}@${test.name}`,
      argument: test.argument.source,
    });
    const measured: Link = { ...link, test: { ...test, matcher: measureMatcher(test.matcher, cost) } };
    costs.set(measured, cost);
    return measured;
  });
  return { ...rule, links };
}

/** Methods are handed on one by one: a matcher may be an object with private state. */
function measureMatcher(matcher: Matcher, cost: ConditionCost): Matcher {
  const measured = <T>(ask: (value: string, scope: OperatorScope) => T) => {
    return (value: string, scope: OperatorScope): T => {
      cost.tests++;
      cost.bytes += value.length;
      const fuel = scope.budget.remaining;
      const start = performance.now();
      try {
        return ask(value, scope);
      } finally {
        cost.operatorTime += (performance.now() - start) * 1000;
        cost.fuel += fuel - scope.budget.remaining;
      }
    };
  };
  return {
    ...(matcher.forecast === undefined ? {} : { forecast: matcher.forecast }),
    test: measured((value, scope) => matcher.test(value, scope)),
    ...(matcher.testLater === undefined
      ? {}
      : { testLater: measured((value, scope) => matcher.testLater?.(value, scope) ?? Promise.resolve(false)) }),
    describe: (value, name, scope) => matcher.describe(value, name, scope),
    ...(matcher.captures === undefined ? {} : { captures: (value, scope) => matcher.captures?.(value, scope) ?? [] }),
    ...(matcher.span === undefined ? {} : { span: (value, scope) => matcher.span?.(value, scope) }),
  };
}
