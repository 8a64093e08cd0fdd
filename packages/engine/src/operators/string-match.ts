import { escapeLog } from '../bytes/escape.ts';
import type { MacroText } from '../registry/macro.ts';
import type { Matcher } from '../registry/operator.ts';

/**
 * The matcher of operators that look for their argument in the value.
 *
 * `find` gives the offset at which `text` counts as found in `value`, or -1.
 */
export function stringMatch(argument: MacroText, find: (value: string, text: string) => number): Matcher {
  const constant = argument.source;
  return {
    forecast: !argument.isConstant
      ? { kind: 'harmless' }
      : constant === ''
        ? { kind: 'value' }
        : { kind: 'phrases', phrases: [constant] },
    test: argument.isConstant
      ? (value) => find(value, constant) !== -1
      : (value, scope) => find(value, argument.expand(scope.tx)) !== -1,
    describe: (_value, name, scope) => `String match "${escapeLog(argument.expand(scope.tx))}" at ${name}.`,
    span: (value, scope) => {
      const text = argument.expand(scope.tx);
      const start = find(value, text);
      // The rule's own actions may have changed what a macro stands for since the match.
      return start === -1 ? undefined : [start, start + text.length];
    },
  };
}
