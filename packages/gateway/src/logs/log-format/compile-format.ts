import type { LoggedExchange, LogNeeds } from '../logged-exchange.ts';
import { DIRECTIVES, type FieldWriter } from './directives.ts';
import { NICKNAMES } from './nicknames.ts';
import { type DirectivePart, FormatError, parseFormat } from './parse-format.ts';

export interface CompiledFormat {
  readonly needs: LogNeeds;
  /** One line, without line end. */
  write(exchange: LoggedExchange): string;
}

const NAMES: ReadonlySet<string> = new Set(Object.keys(DIRECTIVES));

/** Compiles a LogFormat or the nickname of one. Throws a `FormatError` with the column of what is wrong. */
export function compileFormat(text: string): CompiledFormat {
  const parts = parseFormat(Object.hasOwn(NICKNAMES, text) ? (NICKNAMES[text] as string) : text, NAMES);
  const needs = { end: false, connection: false };
  // Neighbouring texts become one, so that a line is made of as few pieces as there are fields.
  const writers: FieldWriter[] = [];
  const texts: string[] = [''];
  for (const part of parts) {
    if (part.kind === 'literal') {
      texts[texts.length - 1] += part.text;
      continue;
    }
    writers.push(compilePart(part));
    texts.push('');
    needs.end ||= needsEnd(part);
    needs.connection ||= DIRECTIVES[part.name]?.needsConnection === true;
  }
  return {
    needs,
    write(exchange) {
      let line = texts[0] as string;
      for (let at = 0; at < writers.length; at++) {
        line += `${(writers[at] as FieldWriter)(exchange) ?? '-'}${texts[at + 1]}`;
      }
      return line;
    },
  };
}

function needsEnd({ name, argument }: DirectivePart): boolean {
  if (name === 't') return argument?.startsWith('end') === true;
  return DIRECTIVES[name]?.needsEnd === true;
}

/**
 * `<` and `>` tell apart the request that came and the one that answered, where a server redirects within itself. This one
 * never does, so both mean the same.
 */
function compilePart({ name, argument, statuses, isExcluding, column }: DirectivePart): FieldWriter {
  let write: FieldWriter;
  try {
    write = (DIRECTIVES[name] as (typeof DIRECTIVES)[string]).compile(argument);
  } catch (cause) {
    throw new FormatError(column, `%${name}: ${(cause as Error).message}`);
  }
  if (statuses.length === 0) return write;
  const listed: ReadonlySet<number> = new Set(statuses);
  return (exchange) => (listed.has(exchange.status) === isExcluding ? undefined : write(exchange));
}

/** For checks of a configuration: the mistake in words, or undefined. */
export function checkFormat(text: string): string | undefined {
  try {
    compileFormat(text);
    return undefined;
  } catch (cause) {
    if (cause instanceof FormatError) return `column ${cause.column} of the format: ${cause.message}`;
    throw cause;
  }
}
