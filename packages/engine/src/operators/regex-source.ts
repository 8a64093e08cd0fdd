import { compileRegex, type Regex, StateMemory } from '../regex/index.ts';
import type { MacroText } from '../registry/macro.ts';
import { type Forecast, type OperatorContext, OperatorError, type OperatorScope } from '../registry/operator.ts';

/** How many patterns with macros filled in a rule remembers. */
const REMEMBERED = 16;
/** What the automata of those may hold together. */
const REMEMBERED_BYTES = 4 * 1024 * 1024;

/**
 * The regular expression of a rule for one evaluation. A pattern without macros is compiled once, here, and shared with
 * other rules. Any other is expanded each time and compiled as it then stands, with nothing escaped (ModSecurity 2.9.8; 2.9.7
 * escapes it); the last few are remembered. One that cannot be compiled then is an OperatorError.
 */
export function regexSource(argument: MacroText, context: OperatorContext): (scope: OperatorScope) => Regex {
  if (argument.isConstant) {
    const regex = context.regexes.compile(argument.source, context.regexOptions);
    return () => regex;
  }
  // Not in the shared cache, which is never emptied: a client may have a hand in these.
  const remembered = new Map<string, Regex>();
  const memory = new StateMemory({ bytes: REMEMBERED_BYTES });
  return (scope) => {
    const pattern = argument.expand(scope.tx);
    const known = remembered.get(pattern);
    if (known !== undefined) return known;
    const regex = compileExpanded(pattern, context, memory);
    const [oldest] = remembered.keys();
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(pattern, regex);
    return regex;
  };
}

/** What is known about the verdict of a rule with this pattern. */
export function regexForecast(argument: MacroText, context: OperatorContext): Forecast {
  if (!argument.isConstant) return { kind: 'harmless' };
  return { kind: 'regex', regex: context.regexes.compile(argument.source, context.regexOptions) };
}

function compileExpanded(pattern: string, context: OperatorContext, memory: StateMemory): Regex {
  try {
    return compileRegex(pattern, context.regexOptions, memory);
  } catch (cause) {
    throw new OperatorError(`Error compiling pattern: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
