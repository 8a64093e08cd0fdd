/** Requests and responses as they went over the wire. */
import type { HeaderList, RequestHead, ResponseHead } from '@sallyport/engine';

interface Message<Head> {
  readonly head: Head;
  readonly body: string;
}

/** `GET / HTTP/1.1`, headers, an empty line, the body; lines may end in LF alone. Undefined for anything else. */
export function readRequest(text: string): Message<RequestHead> | undefined {
  const { start, headers, body } = split(text);
  const head = requestHead(start, headers);
  return head && { head, body: bodyOf(headers, body) };
}

/** Method, target and protocol of a request line, HTTP/0.9 included. Undefined when it is none. */
export function requestHead(line: string, headers: HeaderList): RequestHead | undefined {
  const [, method, uri, protocol = 'HTTP/0.9'] = /^([^\s:]+) +(\S.*?)(?: +(HTTP\/\S+))?$/.exec(line) ?? [];
  return method === undefined || uri === undefined ? undefined : { method, uri, protocol, line, headers };
}

/** The head of an answer from its status line. Undefined when it is none. */
export function responseHead(line: string, headers: HeaderList): ResponseHead | undefined {
  const [, protocol, status, reason] = /^(HTTP\/\S+) +(\d{3})(?: +(.*))?$/.exec(line) ?? [];
  if (protocol === undefined || status === undefined) return undefined;
  return { protocol, status: Number(status), ...(reason === undefined ? {} : { reason }), headers };
}

/** `Name: value` lines; a line that begins with white space goes on with the one before. */
export function readHeaders(lines: readonly string[]): HeaderList {
  const headers: [name: string, value: string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last[1] = `${last[1]} ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon > 0) headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return headers;
}

function split(text: string): { readonly start: string; readonly headers: HeaderList; readonly body: string } {
  const end = /\r?\n\r?\n/.exec(text);
  const [start = '', ...lines] = text.slice(0, end?.index).split(/\r?\n/);
  return { start, headers: readHeaders(lines), body: end === null ? '' : text.slice(end.index + end[0].length) };
}

/** An editor may have added a line end, so a length that was announced counts. */
function bodyOf(headers: HeaderList, body: string): string {
  const find = (wanted: string): string | undefined => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (find('transfer-encoding')?.toLowerCase().endsWith('chunked') === true) return joinChunks(body);
  const length = find('content-length');
  return length === undefined || !/^\d+$/.test(length) ? body : body.slice(0, Number(length));
}

/** RFC 9112 §7.1. What follows a mistake is taken as it stands. */
function joinChunks(text: string): string {
  let joined = '';
  let at = 0;
  for (;;) {
    const lineEnd = text.indexOf('\n', at);
    const size = /^([0-9a-f]{1,8})[\s;]/i.exec(text.slice(at, lineEnd + 1))?.[1];
    if (size === undefined) return joined + text.slice(at);
    const length = Number.parseInt(size, 16);
    if (length === 0) return joined;
    joined += text.slice(lineEnd + 1, lineEnd + 1 + length);
    at = lineEnd + 1 + length;
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
  }
}
