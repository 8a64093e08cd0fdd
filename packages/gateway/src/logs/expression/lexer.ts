/** Words of Apache's expression language (ap_expr), as `util_expr_scan.l` tells them apart. */

export type Token =
  | { readonly kind: 'operator' | 'name' | 'number'; readonly text: string; readonly at: number }
  /** Between quotes: texts and variables in turn. */
  | { readonly kind: 'text'; readonly parts: readonly TextPart[]; readonly at: number }
  | { readonly kind: 'variable'; readonly variable: VariableName; readonly at: number }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** `%{NAME}`, or `%{function:argument}`. */
export interface VariableName {
  readonly name: string;
  readonly argument: string | undefined;
}

export type TextPart = string | VariableName;

/** What is wrong with an expression, and where. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Counted from 1. */
  readonly column: number;

  constructor(at: number, message: string) {
    super(message);
    this.column = at + 1;
  }
}

const BLANKS = /[ \t\r\n]+/y;
const OPERATOR = /&&|\|\||==|!=|<=|>=|=~|!~|-[A-Za-z]+|[!<>=(){},.]/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /\d+/y;
const VARIABLE = /%\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}/y;
const REGEX_START = /m([/#$%^|?!'",;:._-])|(\/)/y;
const ESCAPES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
};

/** Throws an `ExpressionError`. */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const start = at;
    const blanks = take(BLANKS);
    if (blanks !== null) {
      at += blanks[0].length;
      continue;
    }
    if (text[at] === '"' || text[at] === "'") {
      const { parts, end } = readText(text, at);
      tokens.push({ kind: 'text', parts, at });
      at = end;
      continue;
    }
    const variable = take(VARIABLE);
    const regex = take(REGEX_START);
    const word = take(NAME);
    if (variable !== null) {
      tokens.push({ kind: 'variable', variable: { name: variable[1] as string, argument: variable[2] }, at: start });
      at += variable[0].length;
    } else if (regex !== null) {
      const { token, end } = readRegex(text, at, regex[0].length, (regex[1] ?? regex[2]) as string);
      tokens.push(token);
      at = end;
    } else if (word !== null) {
      tokens.push({ kind: 'name', text: word[0], at });
      at += word[0].length;
    } else {
      const found = take(NUMBER);
      const operator = found ?? take(OPERATOR);
      if (operator === null) {
        const what = text[at] === '$' ? 'groups of a match are not remembered' : `"${text[at]}" means nothing here`;
        throw new ExpressionError(at, what);
      }
      tokens.push({ kind: found === null ? 'operator' : 'number', text: operator[0], at });
      at += operator[0].length;
    }
  }
  tokens.push({ kind: 'end', at });
  return tokens;
}

function readText(text: string, start: number): { readonly parts: readonly TextPart[]; readonly end: number } {
  const quote = text[start];
  const parts: TextPart[] = [];
  let plain = '';
  let at = start + 1;
  while (text[at] !== quote) {
    if (at >= text.length) throw new ExpressionError(start, 'this quote is never closed');
    VARIABLE.lastIndex = at;
    const variable = VARIABLE.exec(text);
    if (variable !== null) {
      parts.push(plain, { name: variable[1] as string, argument: variable[2] });
      plain = '';
      at += variable[0].length;
    } else if (text[at] === '\\') {
      const next = text[at + 1] ?? '';
      plain += ESCAPES[next] ?? next;
      at += 2;
    } else if (text[at] === '$' && /\d/.test(text[at + 1] ?? '')) {
      throw new ExpressionError(at, 'groups of a match are not remembered');
    } else plain += text[at++];
  }
  return { parts: [...parts, plain], end: at + 1 };
}

function readRegex(
  text: string,
  start: number,
  skip: number,
  delimiter: string,
): { readonly token: Token; readonly end: number } {
  let source = '';
  let at = start + skip;
  while (text[at] !== delimiter) {
    if (at >= text.length) throw new ExpressionError(start, 'this pattern is never closed');
    // Only the delimiter loses its backslash; the rest belongs to the pattern.
    if (text[at] === '\\' && text[at + 1] === delimiter) at++;
    else if (text[at] === '\\') source += text[at++];
    source += text[at++] ?? '';
  }
  const flags = /^[ismg]*/.exec(text.slice(at + 1))?.[0] ?? '';
  return { token: { kind: 'regex', source, flags, at: start }, end: at + 1 + flags.length };
}
