/** Heads of answers (RFC 9112 §4 to §6.3), read strictly: what two readers could take for different answers is refused. */

import { parseLength, tokensOf, trimBlanks } from '../../listener/header-text.ts';
import { isToken } from '../../listener/raw-head.ts';

/** How long the body is: so many bytes, in chunks, or all that comes until the connection closes. */
export type BodyLength = number | 'chunked' | 'until close';

export interface AnswerHead {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, byte strings. */
  readonly headers: string[];
  readonly body: BodyLength;
  /** The connection may serve another request. */
  readonly isKept: boolean;
  /** Milliseconds the other end says it keeps an idle connection; undefined when it does not. */
  readonly keptFor: number | undefined;
}

/** What stands in no line: control bytes but the tab, and half a line end. */
const STRAY_CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/** The message says what is wrong with an answer. */
export class AnswerError extends Error {}

/** `text`: the head with the line end of its last line, a byte string. `method`: of the request. Throws an `AnswerError`. */
export function parseAnswerHead(text: string, method: string): AnswerHead {
  if (STRAY_CONTROL.test(text)) throw new AnswerError('control bytes in the head');
  const lineEnd = text.indexOf('\r\n');
  const { status, reason, isOld } = parseStatusLine(text.slice(0, lineEnd));
  const headers: string[] = [];
  let length: number | undefined;
  let coding: string | undefined;
  let connection = '';
  let keepAlive = '';
  for (let at = lineEnd + 2; at < text.length; ) {
    const end = text.indexOf('\r\n', at);
    const colon = endOfToken(text, at);
    if (colon === at || text[colon] !== ':') throw new AnswerError('a header line without a name');
    const name = text.slice(at, colon);
    const value = trimBlanks(text.slice(colon + 1, end));
    headers.push(name, value);
    switch (framingName(name)) {
      case 'content-length':
        if (length !== undefined) throw new AnswerError('Content-Length twice');
        length = parseLength(value);
        if (length === undefined) throw new AnswerError('Content-Length that is no number');
        break;
      case 'transfer-encoding':
        if (coding !== undefined) throw new AnswerError('Transfer-Encoding twice');
        coding = value.toLowerCase();
        break;
      case 'connection':
        connection = connection === '' ? value : `${connection},${value}`;
        break;
      case 'keep-alive':
        keepAlive = value;
        break;
    }
    at = end + 2;
  }
  if (coding !== undefined) {
    if (coding !== 'chunked') throw new AnswerError('Transfer-Encoding other than chunked');
    if (length !== undefined) throw new AnswerError('both Content-Length and Transfer-Encoding');
    if (isOld) throw new AnswerError('Transfer-Encoding in HTTP/1.0');
  }
  const hasNoBody = method === 'HEAD' || status < 200 || status === 204 || status === 304;
  const body = hasNoBody ? 0 : coding !== undefined ? 'chunked' : (length ?? 'until close');
  // Whoever announces a body where there can be none may send it all the same, and it would be taken for the next answer.
  const isDoubtful = hasNoBody && method !== 'HEAD' && (coding !== undefined || (length ?? 0) > 0);
  const isKept = body !== 'until close' && !isDoubtful && wantsToKeep(connection, isOld);
  return { status, reason, headers, body, isKept, keptFor: isKept ? timeoutOf(keepAlive) : undefined };
}

function parseStatusLine(line: string): { status: number; reason: string; isOld: boolean } {
  const isOld = line.startsWith('HTTP/1.0 ');
  if (!isOld && !line.startsWith('HTTP/1.1 ')) throw new AnswerError('a first line that is no status line of HTTP/1');
  const status = parseLength(line.slice(9, 12)) ?? 0;
  if (status < 100 || (line.length > 12 && line[12] !== ' '))
    throw new AnswerError('a status of other than three digits');
  return { status, reason: line.slice(13), isOld };
}

/** Where the token (RFC 9110 §5.6.2) that begins at `start` is over. */
function endOfToken(text: string, start: number): number {
  let at = start;
  while (at < text.length && isToken(text.charCodeAt(at))) at++;
  return at;
}

/** The name in lower case, where the framing or the connection depends on it; most names are of another length. */
function framingName(name: string): string {
  const { length } = name;
  return length === 14 || length === 17 || length === 10 ? name.toLowerCase() : '';
}

function wantsToKeep(connection: string, isOld: boolean): boolean {
  if (connection === '') return !isOld;
  const tokens = tokensOf(connection);
  return !tokens.includes('close') && (!isOld || tokens.includes('keep-alive'));
}

/** As in `timeout=5, max=100`. */
function timeoutOf(keepAlive: string): number | undefined {
  if (keepAlive === '') return undefined;
  for (const parameter of tokensOf(keepAlive)) {
    const seconds = parameter.startsWith('timeout=') ? parseLength(parameter.slice(8)) : undefined;
    if (seconds !== undefined) return seconds * 1000;
  }
  return undefined;
}
