/** The alternative names of a certificate (RFC 5280 §4.2.1.6), from the one line Node makes of them. */
import { utf8Bytes } from './utf8-bytes.ts';

/** Byte strings, in the order of the certificate. */
export interface AlternativeNames {
  readonly email: readonly string[];
  readonly dns: readonly string[];
  readonly uri: readonly string[];
}

const KINDS: Readonly<Record<string, keyof AlternativeNames>> = {
  __proto__: null as never,
  email: 'email',
  DNS: 'dns',
  URI: 'uri',
};

/**
 * `line`: `DNS:a.test, URI:"…"`. A value with a comma or a quote in it is written as a JSON string, so that no value can pretend to be
 * several; where the line is not of this form there are no names.
 */
export function parseAlternativeNames(line: string | undefined): AlternativeNames {
  const names = { email: [] as string[], dns: [] as string[], uri: [] as string[] };
  let rest = line ?? '';
  while (rest !== '') {
    const entry = /^([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/.exec(rest);
    const value = entry === null ? undefined : plainName(entry[2] ?? '');
    if (entry === null || value === undefined) return { email: [], dns: [], uri: [] };
    const [whole, kind = ''] = entry;
    const list = KINDS[kind];
    if (list !== undefined) names[list].push(utf8Bytes(value));
    rest = rest.slice(whole.length);
  }
  return names;
}

/** Undefined for what is no JSON string although it begins like one. */
function plainName(written: string): string | undefined {
  if (!written.startsWith('"')) return written;
  try {
    return JSON.parse(written) as string;
  } catch {
    return undefined;
  }
}
