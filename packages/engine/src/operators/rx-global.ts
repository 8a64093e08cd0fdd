import type { Regex } from '../regex/index.ts';
import { defineOperator, type Operator, type OperatorScope } from '../registry/operator.ts';
import { CAPTURES, capturedGroups } from './captured-groups.ts';
import { quotedForLog } from './log-text.ts';
import { regexForecast, regexSource } from './regex-source.ts';

export const rxGlobal: Operator = defineOperator({
  name: 'rxGlobal',
  summary: 'As `@rx`, but captures every match: the groups of the second follow those of the first, up to TX.9.',
  examples: [
    { argument: '[a-z]+', value: 'ab 12 cd', matches: true, captures: ['ab', 'cd'] },
    { argument: '(\\w)=(\\d)', value: 'a=1&b=2', matches: true, captures: ['a=1', 'a', '1', 'b=2', 'b', '2'] },
    { argument: '[a-z]', value: '123', matches: false },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument, context) => {
    const regexFor = regexSource(argument, context);
    return {
      forecast: regexForecast(argument, context),
      test: (value, scope) => regexFor(scope).test(value, scope.budget),
      describe: (_value, name, scope) => `Pattern match "${quotedForLog(argument.expand(scope.tx))}" at ${name}.`,
      captures: (value, scope) => captureAll(regexFor(scope), value, scope),
      span: (value, scope) => {
        const match = regexFor(scope).exec(value, 0, scope.budget);
        return match && [match[0]!, match[1]!];
      },
    };
  },
});

/** The groups of all matches one after the other. Empty matches count only when there is no other. */
function captureAll(regex: Regex, value: string, { budget }: OperatorScope): readonly string[] {
  const captured: string[] = [];
  let empty: readonly string[] = [];
  for (let from = 0; from <= value.length && captured.length < CAPTURES; ) {
    const match = regex.exec(value, from, budget);
    if (match === undefined) break;
    const groups = capturedGroups(value, match);
    const isEmpty = match[0] === match[1];
    if (!isEmpty) captured.push(...groups);
    else if (empty.length === 0) empty = groups;
    from = isEmpty ? match[1]! + 1 : match[1]!;
  }
  return captured.length === 0 ? empty : captured.slice(0, CAPTURES);
}
