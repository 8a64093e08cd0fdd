import { expect, it } from 'vitest';
import { isUnfinishedHead } from './unfinished-head.ts';

const WHOLE = 'M-SEARCH /a?b=%00 HTTP/1.1\r\nHost: gate.test\r\nX-Empty:\r\nAccept: */*\t;q="1"\r\n\r\n';

it('keeps every beginning of a head, and not the head', () => {
  for (let length = 1; length < WHOLE.length; length++) {
    expect(isUnfinishedHead(WHOLE.slice(0, length)), JSON.stringify(WHOLE.slice(0, length))).toBe(true);
  }
  expect(isUnfinishedHead(WHOLE)).toBe(false);
});

it.each([
  ['nothing', ''],
  ['a blank line first', '\r\nGET'],
  ['a method in lower case', 'get'],
  ['a method nobody has', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['TLS', '\x16\x03\x01\x02'],
  ['two spaces', 'GET  /'],
  ['a tab', 'GET\t/'],
  ['a control byte in the target', 'GET /\x00'],
  ['a byte that is not ASCII', 'GET /\xe9'],
  ['another protocol', 'GET / HTTQ'],
  ['another version', 'GET / HTTP/2'],
  ['no version', 'GET /\r\n'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a bare line feed', 'GET / HTTP/1.1\nHost'],
  ['a bare carriage return', 'GET / HTTP/1.1\rH'],
  ['a folded line', 'GET / HTTP/1.1\r\nA: 1\r\n b'],
  ['a space in a name', 'GET / HTTP/1.1\r\nA B'],
  ['a line without a colon', 'GET / HTTP/1.1\r\nA\r\n'],
  ['a control byte in a value', 'GET / HTTP/1.1\r\nA: \x07'],
  ['the beginning of a body', `${WHOLE}a=1`],
])('leaves %s to the parser at once', (_what, bytes) => {
  expect(isUnfinishedHead(bytes)).toBe(false);
});

it('leaves a long head to the parser', () => {
  expect(isUnfinishedHead(`GET /${'a'.repeat(4000)}`)).toBe(true);
  expect(isUnfinishedHead(`GET /${'a'.repeat(4096)}`)).toBe(false);
});
