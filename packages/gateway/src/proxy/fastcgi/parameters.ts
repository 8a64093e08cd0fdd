/** What an application is told about a request: the variables of CGI (RFC 3875 §4.1), and those that nginx and Apache add to them. */

import type { ClientAddress } from '../../logs/index.ts';
import type { BodyMemory } from '../body-memory.ts';

/** What the headers and the path do not tell. */
export interface CgiContext {
  /** The client as far as it is known. */
  readonly client: ClientAddress;
  readonly server: ClientAddress;
  readonly scheme: 'http' | 'https';
  readonly protocol: string;
  /** Of the Host header, which has been checked. */
  readonly serverName: string;
  /** Path and query as the client knows them, dot segments resolved. */
  readonly requestUri: string;
  /** What the client has in front of paths, and what the application has in its place; neither ends with a slash. */
  readonly outer: string;
  readonly inner: string;
  readonly requestId: string;
  /** Whom the gate knows the client to be, and how; byte strings. */
  readonly user?: { readonly user: string; readonly type: string };
  /** A line the application wrote to its error stream. */
  readonly onErrorLine: (line: string) => void;
  /** Where, and from how many bytes on, a body of unknown length is held on disk. */
  readonly tmpDir: string;
  readonly bodyInMemory: number;
  readonly bodyMemory: BodyMemory;
}

/** Which program answers, in words of CGI. Byte strings. */
export interface Target {
  /** SCRIPT_NAME, as the application would write it without the gate. */
  readonly scriptName: string;
  readonly pathInfo: string;
  /** Absent where there are no files. */
  readonly filename?: string;
  readonly documentRoot?: string;
}

/** Names and values in turn. `headers`: names and values in turn; `bodyLength`: bytes. */
export function cgiParameters(
  method: string,
  query: string,
  target: Target,
  headers: readonly string[],
  bodyLength: number,
  context: CgiContext,
  extra: ReadonlyMap<string, string>,
): string[] {
  const scriptName = toOuter(target.scriptName, context);
  const list = [
    'GATEWAY_INTERFACE',
    'CGI/1.1',
    'SERVER_SOFTWARE',
    'sallyport',
    'SERVER_PROTOCOL',
    context.protocol,
    'REQUEST_METHOD',
    method,
    'REQUEST_URI',
    context.requestUri,
    'REQUEST_SCHEME',
    context.scheme,
    'QUERY_STRING',
    query,
    'SCRIPT_NAME',
    scriptName,
    'DOCUMENT_URI',
    scriptName + target.pathInfo,
    'REMOTE_ADDR',
    context.client.address,
    'REMOTE_PORT',
    String(context.client.port),
    'SERVER_ADDR',
    context.server.address,
    'SERVER_PORT',
    String(context.server.port),
    'SERVER_NAME',
    context.serverName,
    'UNIQUE_ID',
    context.requestId,
    'CONTENT_LENGTH',
    bodyLength > 0 ? String(bodyLength) : '',
    // PHP built for CGI answers nothing without it: proof that a web server has looked at the request first.
    'REDIRECT_STATUS',
    '200',
  ];
  if (context.user !== undefined) list.push('REMOTE_USER', context.user.user, 'AUTH_TYPE', context.user.type);
  if (context.scheme === 'https') list.push('HTTPS', 'on');
  if (target.pathInfo !== '' || target.filename === undefined) list.push('PATH_INFO', target.pathInfo);
  if (target.documentRoot !== undefined) {
    list.push('DOCUMENT_ROOT', target.documentRoot);
    if (target.pathInfo !== '') list.push('PATH_TRANSLATED', target.documentRoot + target.pathInfo);
  }
  if (target.filename !== undefined) list.push('SCRIPT_FILENAME', target.filename);
  pushHeaders(list, headers);
  for (const [name, value] of extra) list.push(name, value);
  return list;
}

/** Letters, digits and `-`: only such a name cannot be taken for another one once `-` has become `_`. */
const CLEAR_NAME = /^[A-Za-z0-9-]+$/;
/** Programs take HTTP_PROXY for the proxy of their own requests (CVE-2016-5385); the lengths are ours to tell. */
const NOT_PASSED: ReadonlySet<string> = new Set(['HTTP_PROXY', 'HTTP_CONTENT_LENGTH', 'HTTP_TRANSFER_ENCODING']);

/** Headers that are repeated become one value (RFC 3875 §4.1.18). */
function pushHeaders(list: string[], headers: readonly string[]): void {
  const joined = new Map<string, string>();
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    if (!CLEAR_NAME.test(name)) continue;
    const variable = `HTTP_${name.toUpperCase().replaceAll('-', '_')}`;
    if (variable === 'HTTP_CONTENT_TYPE') list.push('CONTENT_TYPE', value);
    if (NOT_PASSED.has(variable)) continue;
    const before = joined.get(variable);
    const separator = variable === 'HTTP_COOKIE' ? '; ' : ', ';
    joined.set(variable, before === undefined ? value : before + separator + value);
  }
  for (const [variable, value] of joined) list.push(variable, value);
}

/** The path as the client knows it. */
function toOuter(path: string, { inner, outer }: CgiContext): string {
  if (inner === outer) return path;
  const isBelow = path === inner || path.startsWith(`${inner}/`);
  return isBelow ? outer + path.slice(inner.length) : path;
}
