import { expect, it } from 'vitest';
import { requestHead } from './request-head.ts';

const write = (method: string, path: string, headers: readonly string[] = [], bodyLength = 0): string =>
  requestHead({ method, path, headers, bodyLength, host: 'app:8080' });

it.each<[string, string, readonly string[], number, string]>([
  ['GET', '/', ['A', 'b', 'host', 'c'], 0, 'GET / HTTP/1.1|host: c|connection: keep-alive|A: b||'],
  ['GET', '/a?b=\xe9', [], 0, 'GET /a?b=\xe9 HTTP/1.1|host: app:8080|connection: keep-alive||'],
  ['GET', '/', ['Content-Length', '0'], 0, 'GET / HTTP/1.1|host: app:8080|connection: keep-alive||'],
  ['GET', '/', [], 3, 'GET / HTTP/1.1|host: app:8080|connection: keep-alive|content-length: 3||'],
  ['POST', '/', [], 0, 'POST / HTTP/1.1|host: app:8080|connection: keep-alive|content-length: 0||'],
  ['PUT', '/', ['Content-Length', '9'], 3, 'PUT / HTTP/1.1|host: app:8080|connection: keep-alive|content-length: 3||'],
  [
    'DELETE',
    '/',
    ['Connection', 'close', 'Keep-Alive', '1', 'UPGRADE', 'x', 'Transfer-Encoding', 'chunked', 'expect', 'y', 'E', ''],
    0,
    'DELETE / HTTP/1.1|host: app:8080|connection: keep-alive|E: ||',
  ],
])('%s %s with %j and %i bytes', (method, path, headers, bodyLength, lines) => {
  expect(write(method, path, headers, bodyLength)).toBe(lines.replaceAll('|', '\r\n'));
});

it.each<[string, () => string]>([
  ['invalid request method', () => write('GET /x', '/')],
  ['invalid request method', () => write('', '/')],
  ['invalid request path', () => write('GET', '/ HTTP/1.1\r\nx: y')],
  ['invalid request path', () => write('GET', '/a b')],
  ['invalid request path', () => write('GET', '')],
  ['invalid request path', () => write('GET', '/\u0100')],
  ['invalid header key', () => write('GET', '/', ['a: b\r\nc', 'd'])],
  ['invalid header key', () => write('GET', '/', ['', 'd'])],
  ['invalid a header', () => write('GET', '/', ['A', 'b\r\nc: d'])],
  ['invalid a header', () => write('GET', '/', ['A', 'b\0'])],
  ['invalid a header', () => write('GET', '/', ['A', '\u010a'])],
  ['duplicate host header', () => write('GET', '/', ['host', 'a', 'Host', 'b'])],
])('refuses to write an %s', (message, wrong) => {
  expect(wrong).toThrow(message);
});
