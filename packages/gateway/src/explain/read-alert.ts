import type { ExplainedMatch } from './explanation.ts';

/** The fields of an alert line: action and operator sentence, then `[name "value"]` pairs. */
export interface Alert {
  readonly sentence: string;
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Takes an alert apart; undefined for other messages. */
export function alertOf(text: string): Alert | undefined {
  const at = text.lastIndexOf(' [file "');
  if (at < 0) return undefined;
  const fields = new Map<string, string[]>();
  for (const [, name = '', value = ''] of text.slice(at).matchAll(/\[(\w+) "((?:[^"\\]|\\.)*)"\]/g)) {
    const values = fields.get(name) ?? [];
    values.push(unescape_(value));
    fields.set(name, values);
  }
  return fields.has('id') ? { sentence: text.slice(0, at), fields } : undefined;
}

/** What an alert tells about a match; the variable's value is not part of it. */
export function matchOfAlert(text: string): ExplainedMatch {
  const alert = alertOf(text);
  const field = (name: string): string | undefined => alert?.fields.get(name)?.[0];
  return {
    rule: Number(field('id') ?? 0),
    file: field('file') ?? '',
    line: Number(field('line') ?? 0),
    phase: undefined,
    message: field('msg'),
    data: field('data'),
    severity: field('severity'),
    tags: alert?.fields.get('tag') ?? [],
    isDisruptive: /^Access denied /.test(text),
    isLogged: true,
    sentence: alert?.sentence,
    values: [],
  };
}

const NAMED: Readonly<Record<string, string>> = {
  __proto__: null as never,
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescape_(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_all, hex: string | undefined, other: string) =>
    hex === undefined ? (NAMED[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
