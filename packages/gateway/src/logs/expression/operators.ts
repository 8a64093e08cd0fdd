/** What expressions can claim of words: comparisons, patterns, networks. */
import { compileRegex, RegexSyntaxError } from '@sallyport/engine/text';
import { networkOf } from '../../listener/apache-network.ts';
import { networksOf } from '../../listener/networks.ts';
import type { LoggedExchange } from '../logged-exchange.ts';
import { ExpressionError } from './lexer.ts';
import type { TextOf } from './variables.ts';

export type Truth = (exchange: LoggedExchange) => boolean;

/** A word; `fixed` is its text where that never changes. */
export interface Word {
  readonly text: TextOf;
  readonly fixed: string | undefined;
}

export type Comparison = (a: string, b: string) => boolean;

export const TEXT_COMPARISONS: Readonly<Record<string, Comparison>> = {
  __proto__: null as never,
  '==': (a, b) => a === b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

export const NUMBER_COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  __proto__: null as never,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** Of one word. */
export const CLAIMS: Readonly<Record<string, (word: Word, at: number) => Truth>> = {
  __proto__: null as never,
  '-n':
    ({ text }) =>
    (one) =>
      text(one) !== '',
  '-z':
    ({ text }) =>
    (one) =>
      text(one) === '',
  '-T':
    ({ text }) =>
    (one) =>
      !/^(0|off|false|no)?$/i.test(text(one)),
  '-R': (word, at) => isInNetwork((one) => one.client.address, word, at),
};

export const MATCHES: Readonly<Record<string, (word: Word, pattern: Word, at: number) => Truth>> = {
  __proto__: null as never,
  '-ipmatch': ({ text }, pattern, at) => isInNetwork(text, pattern, at),
  '-strmatch': ({ text }, pattern, at) => matchesGlob(text, pattern, at, { caseless: false, crossesSlashes: true }),
  '-strcmatch': ({ text }, pattern, at) => matchesGlob(text, pattern, at, { caseless: true, crossesSlashes: true }),
  '-fnmatch': ({ text }, pattern, at) => matchesGlob(text, pattern, at, { caseless: false, crossesSlashes: false }),
};

/** As `atoi` reads it. */
export function numberIn(text: string): number {
  return Number.parseInt(text, 10) || 0;
}

function isInNetwork(text: TextOf, { fixed }: Word, at: number): Truth {
  const network = networkOf(fixed ?? '');
  if (network === undefined) throw new ExpressionError(at, 'an address or a network is expected, as a fixed text');
  const networks = networksOf([network]);
  return (one) => networks.contains(text(one));
}

export function compilePattern(
  source: string,
  at: number,
  options: { readonly caseless: boolean; readonly multiline: boolean },
): (text: string) => boolean {
  try {
    const regex = compileRegex(source, { ...options, dotAll: true, dollarEndOnly: true });
    if (!regex.isLinear) throw new ExpressionError(at, 'look-around and references cannot be matched in linear time');
    return (text) => regex.test(text);
  } catch (cause) {
    if (cause instanceof RegexSyntaxError) throw new ExpressionError(at, cause.message);
    throw cause;
  }
}

/** `apr_fnmatch`: `*`, `?`, sets in brackets, a backslash before what stands for itself. */
function matchesGlob(
  text: TextOf,
  { fixed }: Word,
  at: number,
  { caseless, crossesSlashes }: { readonly caseless: boolean; readonly crossesSlashes: boolean },
): Truth {
  if (fixed === undefined) throw new ExpressionError(at, 'the pattern has to be a fixed text');
  const any = crossesSlashes ? '.' : '[^/]';
  const body = fixed.replace(/\[[!^]?[^\]]+\]|\\?[\s\S]/g, (part) => {
    if (part === '*') return `${any}*`;
    if (part === '?') return any;
    if (part.startsWith('[') && part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replace(/^\\(?=[\s\S])/, '').replace(/[\\^$.|?*+()[\]{}]/, '\\$&');
  });
  const matches = compilePattern(`^(?:${body})$`, at, { caseless, multiline: false });
  return (one) => matches(text(one));
}
