import type { Buffer, BufferKind } from './buffers.ts';

/** A `pcre` option, read. */
export interface SnortPcre {
  readonly source: string;
  /** `i`, `m`, `s`, `x` of those that were given. */
  readonly flags: string;
  readonly isNegated: boolean;
  /** `A`: matches only at the start. */
  readonly isAnchored: boolean;
  /** `R`: goes on where the match before it ended. */
  readonly isRelative: boolean;
  /** Buffer named by a flag. */
  readonly buffer: Buffer | undefined;
}

const buffers: Readonly<Record<string, BufferKind>> = {
  __proto__: null as never,
  U: 'uri',
  I: 'raw-uri',
  P: 'body',
  H: 'header',
  D: 'header',
  C: 'cookie',
  K: 'cookie',
  M: 'method',
  S: 'status',
  Y: 'reason',
  Q: 'file',
};

const fields: Readonly<Record<string, string>> = { __proto__: null as never, V: 'User-Agent', W: 'Host' };

/** Reads `[!]"/regex/flags"`, also with another delimiter behind `m`; a string is the reason why it cannot be read. */
export function readPcre(value: string): SnortPcre | string {
  const [, negation, inner] = /^(!?)\s*"(.*)"$/s.exec(value) ?? [];
  if (inner === undefined) return 'the pcre does not stand in quotes';
  const delimiter = inner.startsWith('m') ? inner.charAt(1) : inner.charAt(0);
  const start = inner.startsWith('m') ? 2 : 1;
  const end = inner.lastIndexOf(delimiter);
  if (delimiter === '' || /[\w\s]/.test(delimiter) || end < start) return 'the pcre has no delimiters';
  const source = inner.slice(start, end);
  let buffer: Buffer | undefined;
  let flags = '';
  let isAnchored = false;
  let isRelative = false;
  for (const flag of inner.slice(end + 1)) {
    const kind = buffers[flag];
    const name = fields[flag];
    if (kind !== undefined) buffer = { kind };
    else if (name !== undefined) buffer = { kind: 'header-field', name };
    else if ('ismx'.includes(flag)) flags += flag;
    else if (flag === 'A') isAnchored = true;
    else if (flag === 'R') isRelative = true;
    // Dollar only at the end is our default; greed does not change whether something matches; bytes are always raw.
    else if (!'EGBO'.includes(flag)) return `the flag ${flag} of pcre is not supported`;
  }
  return { source, flags, isNegated: negation === '!', isAnchored, isRelative, buffer };
}

/** The pattern for @rx, whose dot matches line feeds unless it is told not to. */
export function patternOf({ source, flags, isAnchored }: Pick<SnortPcre, 'source' | 'flags' | 'isAnchored'>): string {
  const off = source.includes('.') && !flags.includes('s') ? '-s' : '';
  const on = flags.replace('s', '');
  const safe = source.replaceAll('%{', '%\\{');
  const body = on + off === '' ? safe : `(?${on}${off}:${safe})`;
  return isAnchored ? `^(?:${body})` : body;
}
