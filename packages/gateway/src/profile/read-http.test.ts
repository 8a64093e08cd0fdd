import { describe, expect, it } from 'vitest';
import { readHeaders, readRequest, requestHead, responseHead } from './read-http.ts';

describe('requestHead', () => {
  it.each([
    ['GET / HTTP/1.1', ['GET', '/', 'HTTP/1.1']],
    ['GET /a b HTTP/1.1', ['GET', '/a b', 'HTTP/1.1']],
    ['GET /', ['GET', '/', 'HTTP/0.9']],
    ['OPTIONS * HTTP/2.0', ['OPTIONS', '*', 'HTTP/2.0']],
    ['', undefined],
    ['GET', undefined],
    ['Host: example.test', undefined],
  ])('%j', (line, expected) => {
    const head = requestHead(line, []);
    expect(head && [head.method, head.uri, head.protocol]).toEqual(expected);
  });
});

describe('responseHead', () => {
  it.each([
    ['HTTP/1.1 200 OK', { protocol: 'HTTP/1.1', status: 200, reason: 'OK', headers: [] }],
    ['HTTP/1.1 404', { protocol: 'HTTP/1.1', status: 404, headers: [] }],
    ['HTTP/1.1 undefined', undefined],
    ['200', undefined],
  ])('%j', (line, expected) => {
    expect(responseHead(line, [])).toEqual(expected);
  });
});

it('reads headers: repeated, folded, empty; and leaves out what is none', () => {
  expect(readHeaders(['A: 1', 'a:2', 'B: x', '\ty', 'C:', 'no colon', ': nameless'])).toEqual([
    ['A', '1'],
    ['a', '2'],
    ['B', 'x y'],
    ['C', ''],
  ]);
});

describe('the body', () => {
  it.each([
    ['is what follows the empty line', 'POST / HTTP/1.1\r\nHost: a\r\n\r\na=1\r\n', 'a=1\r\n'],
    ['may follow lines that end in LF', 'POST / HTTP/1.1\nHost: a\n\na=1', 'a=1'],
    ['ends where its length says', 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=1\n', 'a=1'],
    ['is all there is when it is too short', 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\na=1', 'a=1'],
    ['is nothing without an empty line', 'GET / HTTP/1.1\r\nHost: a', ''],
    [
      'is put together from chunks',
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na=\r\n3;x\r\nb\r\n\r\n0\r\n\r\n',
      'a=b\r\n',
    ],
    ['keeps what is no chunk', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na=\r\nwrong', 'a=wrong'],
    ['keeps its bytes', 'POST / HTTP/1.1\r\n\r\n\xff\x00\xc3\xa4', '\xff\x00\xc3\xa4'],
  ])('%s', (_title, text, body) => {
    expect(readRequest(text)?.body).toBe(body);
  });
});
