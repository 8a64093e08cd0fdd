import { isAlphanumeric, startsWithIgnoreCase } from '../bytes/ascii.ts';
import { encodeHex } from '../bytes/hex.ts';
import { hmacSha1 } from '../bytes/hmac.ts';
import type { HashedLink, LinkHashingSettings } from '../registry/settings.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/**
 * The signature of a path with its query, as in ModSecurity 2: HMAC-SHA1 in hexadecimal over everything behind the first
 * slash. The key is the one of SecHashKey, with the session id or the client's address behind it where that is asked for.
 */
export function signatureOf(target: string, settings: LinkHashingSettings, tx: TransactionState): string {
  return encodeHex(hmacSha1(keyFor(settings, tx), target.startsWith('/') ? target.slice(1) : target));
}

function keyFor({ key, binding }: LinkHashingSettings, tx: TransactionState): string {
  switch (binding) {
    case 'KeyOnly':
      return key;
    case 'RemoteIP':
      return key + tx.connection.clientAddress;
    case 'SessionID':
      return key + (tx.sessionId === undefined || tx.sessionId === '' ? tx.connection.clientAddress : tx.sessionId);
  }
}

/**
 * A link of a response with its signature; undefined when it is not to be signed: no method wants it, it carries a
 * signature already, or it leads nowhere a request could be checked (another scheme, only a fragment).
 */
export function signLink(
  link: string,
  kind: HashedLink,
  settings: LinkHashingSettings,
  tx: TransactionState,
): string | undefined {
  const hash = link.indexOf('#');
  const bare = hash === -1 ? link : link.slice(0, hash);
  if (bare === '' || hasParameter(bare, settings.parameter)) return undefined;
  const target = targetOf(bare, tx);
  if (target === undefined) return undefined;
  // A relative link is meant by the path it leads to, as @validateHash will see it.
  const isMeant = settings.methods.some(
    (method) => method.kind === kind && (method.matches(bare) || method.matches(target)),
  );
  if (!isMeant) return undefined;
  const separator = bare.includes('?') ? '&' : '?';
  const fragment = hash === -1 ? '' : link.slice(hash);
  return `${bare}${separator}${settings.parameter}=${signatureOf(target, settings, tx)}${fragment}`;
}

/** Path and query a browser will ask for when it follows the link; undefined for links to elsewhere. */
function targetOf(link: string, tx: TransactionState): string | undefined {
  const scheme = schemeLength(link);
  if (scheme > 0) {
    if (!startsWithIgnoreCase(link, 'http://') && !startsWithIgnoreCase(link, 'https://')) return undefined;
    const slash = link.indexOf('/', scheme + 2);
    const question = link.indexOf('?');
    return slash === -1 || (question !== -1 && question < slash) ? undefined : link.slice(slash);
  }
  if (link.startsWith('//')) return undefined;
  const path = tx.request.rawPath;
  if (link.startsWith('?')) return withoutDots(path) + link;
  const question = link.indexOf('?');
  const linkPath = question === -1 ? link : link.slice(0, question);
  const query = question === -1 ? '' : link.slice(question);
  const base = linkPath.startsWith('/') ? '' : path.slice(0, path.lastIndexOf('/') + 1);
  return withoutDots(base + linkPath) + query;
}

/** Length of `mailto:` and the like in front of a link; 0 without one. */
function schemeLength(link: string): number {
  let at = 0;
  while (at < link.length && isSchemeByte(link.charCodeAt(at))) at++;
  return at > 0 && link[at] === ':' ? at + 1 : 0;
}

function isSchemeByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

/** RFC 3986 §5.2.4, as browsers resolve links before they send them. */
function withoutDots(path: string): string {
  const out: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      if (out.length > 1) out.pop();
      if (isLast) out.push('');
    } else if (segment === '.') {
      if (isLast) out.push('');
    } else out.push(segment);
  }
  return out.join('/');
}

function hasParameter(link: string, parameter: string): boolean {
  return link.includes(`?${parameter}=`) || link.includes(`&${parameter}=`);
}

/** What is wrong with the signature of a request target; undefined when it is right. */
export function signatureProblem(
  target: string,
  settings: LinkHashingSettings,
  tx: TransactionState,
): 'missing' | 'wrong' | undefined {
  const { parameter } = settings;
  const at = Math.max(target.lastIndexOf(`?${parameter}=`), target.lastIndexOf(`&${parameter}=`));
  if (at === -1) return 'missing';
  const given = target.slice(at + parameter.length + 2);
  return isEqual(given, signatureOf(target.slice(0, at), settings, tx)) ? undefined : 'wrong';
}

/** Takes the same time wherever the texts differ. */
function isEqual(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < right.length; at++) difference |= (left.charCodeAt(at) || 0) ^ right.charCodeAt(at);
  return difference === 0;
}
