/** Paths by regular expression, in linear time whatever a client asks for. */
import { compileRegex, type Regex, RegexSyntaxError } from '@sallyport/engine/text';

export interface PathPattern {
  /** `path`: decoded, as a byte string. */
  matches(path: string): boolean;
  /** `template` with `{1}` to `{9}` replaced by what the groups matched, percent-encoded for a path. */
  fill(template: string, path: string): string;
}

/** As Apache reads patterns: a dot takes line ends too, and `$` is the very end, so that `%0A` hides nothing. */
const OPTIONS = { dotAll: true, dollarEndOnly: true } as const;

/**
 * The patterns of a route as one that matches where all do, with the groups of the first; undefined for none. Throws a
 * `RegexSyntaxError` where `checkPathPattern` finds a mistake in the syntax.
 */
export function compilePathPattern(
  texts: readonly string[],
  { isCaseless = false }: { readonly isCaseless?: boolean } = {},
): PathPattern | undefined {
  const regexes = texts.map((text) => compileRegex(bytesOf(text), { ...OPTIONS, caseless: isCaseless }));
  const [first] = regexes;
  if (first === undefined) return undefined;
  return {
    matches: regexes.length === 1 ? (path) => first.test(path) : (path) => regexes.every((one) => one.test(path)),
    fill(template, path) {
      const slots = first.exec(path);
      const filled = template.replace(/\{([1-9])\}/g, (_, group: string) =>
        encodePath(groupOf(slots, path, Number(group))),
      );
      // Two slashes in front would name a host.
      return filled.replace(/^\/{2,}/, '/');
    },
  };
}

function groupOf(slots: ReturnType<Regex['exec']>, path: string, group: number): string {
  const start = slots?.[group * 2] ?? -1;
  return start < 0 ? '' : path.slice(start, slots?.[group * 2 + 1]);
}

/** For checks of a configuration: the mistake in words, or undefined. */
export function checkPathPattern(text: string): string | undefined {
  try {
    return compileRegex(bytesOf(text), OPTIONS).isLinear
      ? undefined
      : 'look-around, references and atomic groups cannot be matched in linear time; write it without';
  } catch (cause) {
    if (cause instanceof RegexSyntaxError) return `this is no regular expression: ${cause.message}`;
    throw cause;
  }
}

/** For checks of `rewrite_whole`. */
export function checkWholePath(value: string): string | undefined {
  if (!value.startsWith('/') || value.startsWith('//')) return `"${value}" must start with one "/"`;
  if (/[?#\\\s]/.test(value)) return `"${value}" is not a plain path`;
  const unknown = value.match(/\{[^}]*\}?/g)?.find((word) => !/^\{[1-9]\}$/.test(word));
  return unknown === undefined ? undefined : `"${unknown}" is not one of {1} to {9}`;
}

/** What RFC 3986 §3.3 lets stand in a path stays; everything else is percent-encoded, byte by byte. */
function encodePath(path: string): string {
  return path.replace(
    /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Paths are byte strings; what a configuration says is UTF-8. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
