/** Text of a LogFormat to its parts, by the grammar of Apache's mod_log_config. */

export interface LiteralPart {
  readonly kind: 'literal';
  readonly text: string;
}

export interface DirectivePart {
  readonly kind: 'directive';
  /** `h`, or `^ti` for names of three characters. */
  readonly name: string;
  /** Between the braces; undefined without. */
  readonly argument: string | undefined;
  /** `<` original, `>` final request. */
  readonly request: 'original' | 'final' | undefined;
  /** Statuses for which it is written, or with `isExcluding` those for which it is not. Empty: always. */
  readonly statuses: readonly number[];
  readonly isExcluding: boolean;
  /** Of its `%`, counted from 1. */
  readonly column: number;
}

export type FormatPart = LiteralPart | DirectivePart;

export class FormatError extends Error {
  override readonly name = 'FormatError';
  /** Counted from 1. */
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.column = column;
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  '\\': '\\',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Throws a `FormatError`. `names` are those directives that exist; `^` begins one of three characters. */
export function parseFormat(text: string, names: ReadonlySet<string>): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === '%') {
      const { part, end } = parseDirective(text, at, names);
      parts.push(part);
      at = end;
    } else {
      const next = text.indexOf('%', at);
      const end = next < 0 ? text.length : next;
      parts.push({ kind: 'literal', text: unescaped(text.slice(at, end)) });
      at = end;
    }
  }
  return parts;
}

/** A backslash before anything else stays, as there. */
function unescaped(text: string): string {
  return text.replace(/\\([\\nrt])/g, (_whole, letter: string) => SHORT_ESCAPES[letter] ?? letter);
}

function parseDirective(
  text: string,
  start: number,
  names: ReadonlySet<string>,
): { readonly part: FormatPart; readonly end: number } {
  if (text[start + 1] === '%') return { part: { kind: 'literal', text: '%' }, end: start + 2 };
  let isExcluding = false;
  let request: DirectivePart['request'];
  let argument: string | undefined;
  const statuses: number[] = [];
  let at = start + 1;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '!') isExcluding = !isExcluding;
    else if (char === '<') request = 'original';
    else if (char === '>') request = 'final';
    else if (char === '{') {
      const close = text.indexOf('}', at);
      if (close < 0) throw new FormatError(at + 1, 'this "{" is never closed');
      argument = text.slice(at + 1, close);
      at = close;
    } else if (char >= '0' && char <= '9') {
      const digits = /^\d+/.exec(text.slice(at))?.[0] ?? '';
      statuses.push(Number(digits));
      at += digits.length - 1;
    } else if (char !== ',') {
      const name = nameAt(text, at, names);
      const column = start + 1;
      if (name === undefined)
        throw new FormatError(column, `there is no directive "%${text.slice(at, at + (char === '^' ? 3 : 1))}"`);
      const part: DirectivePart = { kind: 'directive', name, argument, request, statuses, isExcluding, column };
      return { part, end: at + name.length };
    }
    at++;
  }
  throw new FormatError(start + 1, `"${text.slice(start)}" ends before it says what to write`);
}

function nameAt(text: string, at: number, names: ReadonlySet<string>): string | undefined {
  const long = text.slice(at, at + 3);
  if (text[at] === '^' && names.has(long)) return long;
  return names.has(text[at] as string) ? text[at] : undefined;
}
