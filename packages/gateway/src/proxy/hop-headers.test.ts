import { isIP } from 'node:net';
import { expect, it } from 'vitest';
import { forwardedClient, responseHeaders } from './hop-headers.ts';

it.each([
  [undefined, '10.0.0.1'],
  ['203.0.113.7', '203.0.113.7'],
  ['198.51.100.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['203.0.113.7, junk', '10.0.0.1'],
  ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['2001:db8::1', '2001:db8::1'],
])('X-Forwarded-For: %s speaks for %s', (header, client) => {
  const isTrusted = (address: string): boolean => address.startsWith('10.');
  expect(forwardedClient(header, '10.0.0.1', isTrusted, (text) => isIP(text) !== 0)).toBe(client);
});

const raw = (...list: string[]): Buffer[] => list.map((text) => Buffer.from(text, 'latin1'));

it.each([
  [['Content-Length', '5'], 5, false],
  [['Content-Length', '5', 'content-length', '5'], 5, false],
  [['Content-Length', '5', 'content-length', '6'], 5, true],
  [['Content-Length', '+5'], Number.NaN, true],
  [['Content-Length', ''], Number.NaN, true],
  [['X-A', 'a\0b'], undefined, true],
  [['X-A', 'tab\tand \xe9'], undefined, false],
])('answer head %j', (list, contentLength, isInvalid) => {
  expect(responseHeaders(raw(...list), undefined, 200)).toMatchObject({ contentLength, isInvalid });
});

it('one Content-Length is passed on, and a masked Server', () => {
  const { list } = responseHeaders(raw('Content-Length', '5', 'content-length', '5', 'server', 'real'), 'mask', 200);
  expect(list).toEqual(['Content-Length', '5', 'Server', 'mask']);
});

it('204 announces no length', () => {
  expect(responseHeaders(raw('Content-Length', '5', 'X-A', 'a'), undefined, 204)).toMatchObject({
    list: ['X-A', 'a'],
    contentLength: undefined,
  });
});

it('what any Connection header names ends here', () => {
  const { list } = responseHeaders(
    raw('Connection', 'X-A, close', 'X-A', 'a', 'X-B', 'b', 'X-C', 'c', 'connection', 'x-c'),
    undefined,
    200,
  );
  expect(list).toEqual(['X-B', 'b']);
});
