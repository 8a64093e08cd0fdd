import { hexPair, isAlphanumeric } from '../bytes/ascii.ts';

/** A request target, taken apart without changing a byte. */
export interface RequestTarget {
  /** Host and port of an absolute form, without user information; undefined for the other forms. */
  readonly authority: string | undefined;
  /** The path as sent; scheme and authority of an absolute form are removed, an empty path there is `/`. */
  readonly rawPath: string;
  /** Text after the first `?`; undefined without one. */
  readonly query: string | undefined;
  /** `rawPath` as rules see it from phase 2 on; see {@link resolvePath}. */
  readonly path: string;
}

/**
 * Takes a request target apart: origin form (`/a?b`), absolute form (`http://host/a?b`), asterisk (`*`) and whatever else
 * a client sends. `#` is an ordinary byte here, so that nothing behind it escapes inspection.
 */
export function parseRequestTarget(target: string): RequestTarget {
  const start = authorityEnd(target);
  const mark = target.indexOf('?', start);
  const sentPath = target.slice(start, mark < 0 ? target.length : mark);
  const rawPath = sentPath === '' && start > 0 ? '/' : sentPath;
  return {
    authority: start === 0 ? undefined : authorityOf(target.slice(0, start)),
    rawPath,
    query: mark < 0 ? undefined : target.slice(mark + 1),
    path: resolvePath(rawPath),
  };
}

function authorityOf(schemeAndAuthority: string): string {
  const authority = schemeAndAuthority.slice(schemeAndAuthority.indexOf('://') + 3);
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** Where the path of an absolute-form target begins; 0 for every other form. */
function authorityEnd(target: string): number {
  const scheme = target.indexOf('://');
  if (scheme <= 0 || !isScheme(target, scheme)) return 0;
  for (let at = scheme + 3; at < target.length; at++) {
    if (target[at] === '/' || target[at] === '?') return at;
  }
  return target.length;
}

function isScheme(target: string, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const byte = target.charCodeAt(at);
    if (!isAlphanumeric(byte) && !'+-.'.includes(target[at]!)) return false;
  }
  return true;
}

/**
 * A path as Apache leaves it for ModSecurity's later phases: `%HH` decoded once (`+` stays, an invalid escape stays), then
 * runs of slashes made one, `.` segments dropped and `..` segments resolved. Where Apache would refuse the request, for
 * `%2F`, `%00` or a path above the root, the bytes are decoded and the path ends at the root instead. Linear.
 */
export function resolvePath(rawPath: string): string {
  return resolveSegments(decodePercent(rawPath));
}

function decodePercent(text: string): string {
  let result = '';
  let copied = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    const byte = hexPair(text, at + 1);
    if (byte < 0) continue;
    result += text.slice(copied, at) + String.fromCharCode(byte);
    at += 2;
    copied = at + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function resolveSegments(path: string): string {
  // Most paths have nothing to resolve: no empty segment and none that starts with a dot.
  if (!path.startsWith('/') || (!path.includes('//') && !path.includes('/.'))) return path;
  const segments = path.split('/');
  const last = segments.length - 1;
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
    // What ends in `/`, `/.` or `/..` is a directory and keeps its slash.
    if (index === last && (segment === '' || segment === '.' || segment === '..')) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** What follows the last `/` or `\` of a path; the whole path when there is neither. */
export function basename(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
