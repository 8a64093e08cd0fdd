import { compileExpression } from '../expression/compile.ts';
import { ExpressionError } from '../expression/lexer.ts';
import type { LoggedExchange } from '../logged-exchange.ts';

export type LogCondition = (exchange: LoggedExchange) => boolean;

/**
 * Compiles `env=NAME`, `env=!NAME` (a variable is set, or is not), `status=500`, `status=400-499,503` or `status=!200,304`, and
 * `tag=blog,wiki` or `tag=!quiet` (the route has one of these tags, or none of them), or `expr=` with an expression of Apache.
 * Throws an `Error` that says what is wrong.
 */
export function compileCondition(text: string): LogCondition {
  const expression = /^\s*expr=([\s\S]*)$/.exec(text)?.[1];
  if (expression !== undefined) return compileExpression(expression);
  const parts = /^(env|status|tag)=(!?)(.+)$/.exec(text.trim());
  if (parts === null)
    throw new Error(
      `"${text}" is not a condition such as env=NAME, env=!NAME, status=400-599, tag=WORD or expr=EXPRESSION`,
    );
  const [, kind, mark, rest = ''] = parts;
  const isWanted = mark !== '!';
  if (kind === 'env') return (exchange) => (exchange.environment(rest) !== undefined) === isWanted;
  if (kind === 'tag') {
    const tags: ReadonlySet<string> = new Set(tagsOf(rest));
    return ({ tag }) => (tag !== undefined && tags.has(tag)) === isWanted;
  }
  const ranges = rest.split(',').map(parseRange);
  return ({ status }) => ranges.some(([first, last]) => status >= first && status <= last) === isWanted;
}

function tagsOf(list: string): readonly string[] {
  return list.split(',').map((tag) => tag.trim());
}

/** The tags a condition speaks of; none where it is about something else. */
export function tagsInCondition(text: string): readonly string[] {
  const list = /^\s*tag=!?(.+)$/.exec(text)?.[1];
  return list === undefined ? [] : tagsOf(list);
}

function parseRange(text: string): readonly [first: number, last: number] {
  const parts = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(text.trim());
  if (parts === null) throw new Error(`"${text.trim()}" is not a status such as 404, nor a range such as 400-499`);
  const first = Number(parts[1]);
  const last = Number(parts[2] ?? parts[1]);
  if (last < first) throw new Error(`the range ${text.trim()} is empty`);
  return [first, last];
}

/** For checks of a configuration: the mistake in words, or undefined. */
export function checkCondition(text: string): string | undefined {
  try {
    compileCondition(text);
    return undefined;
  } catch (cause) {
    if (cause instanceof ExpressionError) return `column ${cause.column} of the expression: ${cause.message}`;
    return (cause as Error).message;
  }
}
