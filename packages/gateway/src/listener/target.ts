/** The request target taken apart, without `URL`: that would decode, rewrite and re-interpret what rules must see raw. */
import { type Authority, parseAuthority } from './authority.ts';

export interface Target {
  /** Path and query as they go to the upstream. */
  readonly pathAndQuery: string;
  /** Canonical path, for routing: decoded once, dot segments resolved, slashes merged. */
  readonly path: string;
  /** Set for the absolute form. */
  readonly authority: Authority | undefined;
  readonly form: 'origin' | 'absolute' | 'asterisk' | 'authority';
  /** The path has dot segments, raw, encoded, with backslashes or with parameters (`..;x`): readers may differ about it. */
  readonly hasDotSegments: boolean;
  /** What else readers may differ about. */
  readonly doubt: PathDoubt | undefined;
}

/** Things in a path that one reader takes for data and another for something else. */
export type PathDoubt = 'nul' | 'backslash' | 'double encoding' | 'overlong UTF-8';

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;

/** Undefined for targets that mean nothing or several things: fragments, backslashes in the path, control bytes, empty ones. */
export function parseTarget(raw: string, method: string): Target | undefined {
  if (raw.length === 0 || !hasOnlyPlainBytes(raw)) return undefined;
  if (raw.charCodeAt(0) === SLASH) return fromPath(raw, undefined, 'origin');
  if (raw === '*') return method === 'OPTIONS' ? plain('/', raw, undefined, 'asterisk') : undefined;
  if (method === 'CONNECT') {
    const authority = parseAuthority(raw);
    return authority?.port === undefined ? undefined : plain('/', raw, authority, 'authority');
  }
  return absoluteForm(raw);
}

function absoluteForm(raw: string): Target | undefined {
  const schemeEnd = raw.indexOf('://');
  const scheme = raw.slice(0, Math.max(schemeEnd, 0)).toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  const start = schemeEnd + 3;
  let end = start;
  while (end < raw.length && raw.charCodeAt(end) !== SLASH && raw[end] !== '?') end++;
  const authority = parseAuthority(raw.slice(start, end));
  if (authority === undefined) return undefined;
  const rest = raw.slice(end);
  return fromPath(rest.charCodeAt(0) === SLASH ? rest : `/${rest}`, authority, 'absolute');
}

function plain(path: string, pathAndQuery: string, authority: Authority | undefined, form: Target['form']): Target {
  return { pathAndQuery, path, authority, form, hasDotSegments: false, doubt: undefined };
}

function fromPath(pathAndQuery: string, authority: Authority | undefined, form: Target['form']): Target {
  const mark = pathAndQuery.indexOf('?');
  const raw = mark < 0 ? pathAndQuery : pathAndQuery.slice(0, mark);
  if (isCanonical(raw)) return plain(raw, pathAndQuery, authority, form);
  const decoded = decodePath(raw);
  const path = removeDotSegments(decoded);
  return { pathAndQuery, path, authority, form, hasDotSegments: canClimb(decoded), doubt: doubtAbout(decoded) };
}

/** Windows takes a backslash for a slash, and Java servers cut parameters off segments before they resolve them. */
function canClimb(decoded: string): boolean {
  return decoded.split(/[/\\]/).some((segment) => {
    const mark = segment.indexOf(';');
    const name = mark < 0 ? segment : segment.slice(0, mark);
    return name === '.' || name === '..';
  });
}

function doubtAbout(decoded: string): PathDoubt | undefined {
  if (decoded.includes('\0')) return 'nul';
  if (decoded.includes('\\')) return 'backslash';
  if (decodePath(decoded) !== decoded) return 'double encoding';
  return hasOverlongUtf8(decoded) ? 'overlong UTF-8' : undefined;
}

/** Sequences that spell a character with more bytes than it needs (RFC 3629 §3): `C0 AF` is a slash to careless decoders. */
function hasOverlongUtf8(bytes: string): boolean {
  for (let at = 0; at + 1 < bytes.length; at++) {
    const lead = bytes.charCodeAt(at);
    if (lead < 0xc0) continue;
    const next = bytes.charCodeAt(at + 1);
    const isTail = next >= 0x80 && next <= 0xbf;
    if (isTail && (lead <= 0xc1 || (lead === 0xe0 && next < 0xa0) || (lead === 0xf0 && next < 0x90))) return true;
  }
  return false;
}

/** The target with its dot segments resolved, everything else as received. */
export function withoutDotSegments(pathAndQuery: string): string {
  const mark = pathAndQuery.indexOf('?');
  const raw = mark < 0 ? pathAndQuery : pathAndQuery.slice(0, mark);
  // Only the dots and slashes that make segments are decoded; other escapes are the application's business.
  const segments = raw.split('/').map((segment) => {
    // Two encoded dots are the longest.
    const plain = segment.length <= 6 ? decodePath(segment) : segment;
    return plain === '.' || plain === '..' ? plain : segment;
  });
  return removeDotSegments(segments.join('/')) + (mark < 0 ? '' : pathAndQuery.slice(mark));
}

/** A raw path decoded once, with dot segments resolved and slashes merged. A byte string. */
export function canonicalPath(raw: string): string {
  return isCanonical(raw) ? raw : removeDotSegments(decodePath(raw));
}

/** No spaces, controls or `#` anywhere, no backslash in the path: some readers take it for a slash. */
function hasOnlyPlainBytes(raw: string): boolean {
  let isInQuery = false;
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (code <= 0x20 || code === 0x23 || code === 0x7f || (code === 0x5c && !isInQuery)) return false;
    if (code === 0x3f) isInQuery = true;
  }
  return true;
}

/** No escapes, no empty and no dot segments: the common case, decided in one pass and without copies. */
function isCanonical(path: string): boolean {
  let previous = 0;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === PERCENT) return false;
    if (previous === SLASH && (code === SLASH || code === DOT)) return false;
    previous = code;
  }
  return true;
}

/** Decodes percent escapes once; invalid ones stay. The result is a byte string. */
export function decodePath(path: string): string {
  let decoded = '';
  let kept = 0;
  for (let at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
    const high = hexValue(path.charCodeAt(at + 1));
    const low = hexValue(path.charCodeAt(at + 2));
    if (high < 0 || low < 0) continue;
    decoded += path.slice(kept, at) + String.fromCharCode(high * 16 + low);
    at += 2;
    kept = at + 1;
  }
  return decoded + path.slice(kept);
}

/** -1 for what is no digit, NaN (behind the end) included. */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** RFC 3986 §5.2.4, with runs of slashes merged as most applications do; never leaves the root. */
export function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  const last = segments.at(-1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const endsAsFolder = kept.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${kept.join('/')}${endsAsFolder ? '/' : ''}`;
}
