/** Addresses of mod_proxy_fcgi as upstreams that speak FastCGI. */
import { checkPath, checkUpstreamAddress } from '../../config/checks.ts';
import { literalStart } from './request-classes.ts';

export interface FcgiTarget {
  /** As `upstreams.<name>.urls` takes it. */
  readonly url: string;
  /** Folder of the scripts; undefined where one program answers. */
  readonly root: string | undefined;
}

/** Whether an address speaks FastCGI. */
export function isFcgi(written: string): boolean {
  return /^(unix:[^|]+\|)?fcgi:\/\//i.test(written);
}

/** What an upstream of that address is called: its socket, or host and port. */
export function fcgiName(url: string): string {
  return url
    .replace(/^fastcgi:(unix:)?/, '')
    .replace(/^.*\//, '')
    .replace(/\.sock(et)?$/, '');
}

/**
 * `fcgi://127.0.0.1:9000/srv/www/$1` or `unix:/run/php.sock|fcgi://localhost/srv/www/`, for what `prefix` or `pattern` matches. A text
 * says why it cannot be used.
 */
export function fcgiTarget(written: string, prefix: string, pattern: string | undefined): FcgiTarget | string {
  const parts = /^(?:unix:([^|]+)\|)?fcgi:\/\/([^/]*)(.*)$/i.exec(written);
  if (parts === null) return `"${written}" is not an address of FastCGI`;
  const [, socket, authority = '', path = ''] = parts;
  const url = socket === undefined ? `fcgi://${authority}`.replace(/^fcgi/i, 'fastcgi') : `fastcgi:unix:${socket}`;
  const mistake = checkUpstreamAddress(url);
  if (mistake !== undefined) return mistake;
  const root = rootOf(path, prefix, pattern);
  if (root === undefined) return 'path and folder do not go together: write fastcgi.root yourself';
  return { url, root: root === '' ? undefined : root };
}

/** The folder `/` stands for; empty without one. */
function rootOf(path: string, prefix: string, pattern: string | undefined): string | undefined {
  const [folder = '', group, ...more] = path.split(/(\$\d)/);
  if (/^\/*$/.test(folder) && more.join('') === '') return '';
  if (group !== undefined && (group !== '$1' || more.join('') !== '')) return undefined;
  // Without groups Apache puts the whole path behind the address; behind a prefix what is left of it.
  const outer = pattern === undefined ? prefix : group === undefined ? '/' : groupStart(pattern);
  if (outer === undefined) return undefined;
  const inner = folder.replace(/\/+$/, '');
  const rest = outer.replace(/\/+$/, '');
  if (!inner.endsWith(rest)) return undefined;
  const root = inner.slice(0, inner.length - rest.length);
  return root === '' || checkPath(root) === undefined ? root : undefined;
}

/** What stands before the first group, where that group takes all the rest. */
function groupStart(pattern: string): string | undefined {
  const start = literalStart(pattern);
  return start.endsWith('/') && pattern.slice(1).replaceAll('\\', '').startsWith(`${start}(`) && /\)\$?$/.test(pattern)
    ? start
    : undefined;
}
