import { expect, it } from 'vitest';
import { complaintAboutHead, type ParsedHead } from './raw-head.ts';

const HEAD: ParsedHead = { method: 'GET', url: '/a', version: '1.1', isChunked: false, contentLength: 0 };
const LINE = 'GET /a HTTP/1.1\r\n';
/** As it stands between other bytes. */
function look(text: string, isLenient: boolean): string | undefined {
  const bytes = Buffer.from(`GET ${text}\r\nrest\0`, 'latin1');
  return complaintAboutHead(bytes, 4, 4 + text.length, HEAD, isLenient);
}

it.each([LINE, `\r\n${LINE}`, `${LINE}Host: a\r\n`, `${LINE}X:\r\nY: \xe9\t"b"\r\n`])('%j is a head', (text) => {
  expect(look(text, false)).toBeUndefined();
  expect(look(text, true)).toBeUndefined();
});

it.each([
  'GET  /a HTTP/1.1\r\n',
  'GET /a  HTTP/1.1\r\n',
  `\r\n\r\n${LINE}`,
  `\n${LINE}`,
  ` ${LINE}`,
  'GET /a HTTP/1.1\n\r',
  'GET /a HTTP/1.1\r',
  'GET /a HTTP/1.0\r\n',
  'GET /b HTTP/1.1\r\n',
  'GET /a/ HTTP/1.1\r\n',
  'PUT /a HTTP/1.1\r\n',
  'GET /a',
  '',
])('%j is none', (text) => expect(look(text, false)).toBe('request line with other bytes than its three parts'));

it.each([
  ['Host : a\r\n', 'header name that is not a token'],
  [': a\r\n', 'header name that is not a token'],
  [' folded\r\n', 'header name that is not a token'],
  ['X-A\r\n', 'header name that is not a token'],
  ['X-A: a\nX-B: b\r\n', 'header line with control bytes'],
  ['X-A: a\rX-B: b\r\n', 'header line with control bytes'],
  ['X-A: a\0\r\n', 'header line with control bytes'],
  ['X-A: \x7f\r\n', 'header line with control bytes'],
])('where the parser is lenient, %j is refused: %s', (text, complaint) => {
  expect(look(LINE + text, true)).toBe(complaint);
});
