import { describe, expect, it } from 'vitest';
import { buildRequest } from './request.ts';
import type { StageInput } from './test-file.ts';

function input(changes: Partial<StageInput> = {}): StageInput {
  return {
    method: 'GET',
    uri: '/',
    version: 'HTTP/1.1',
    headers: [['Host', 'localhost']],
    data: undefined,
    rawRequest: undefined,
    autocompleteHeaders: true,
    saveCookie: false,
    ...changes,
  };
}

const form = 'application/x-www-form-urlencoded';

describe('buildRequest', () => {
  it.each<[string, Partial<StageInput>, string]>([
    ['closes the connection', {}, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    [
      'leaves everything alone when told to',
      { autocompleteHeaders: false, method: 'POST', data: 'a b\n' },
      'POST / HTTP/1.1\r\nHost: localhost\r\n\r\na b\n',
    ],
    [
      'sends malformed lines as written',
      { method: '\tG ET', uri: '/\0 x', version: 'JUNK' },
      '\tG ET /\0 x JUNK\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    ],
    [
      'gives methods with a body a length',
      { method: 'POST' },
      'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'escapes form data',
      { method: 'POST', data: 'a=b c&d=\xc3\xa9/&e' },
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form}\r\nConnection: close\r\nContent-Length: 19\r\n\r\na=b+c&d=%C3%A9%2F&e`,
    ],
    [
      'takes data with % or + to be escaped already',
      { method: 'POST', data: 'a=%27&b=< >' },
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form}\r\nConnection: close\r\nContent-Length: 11\r\n\r\na=%27&b=< >`,
    ],
    [
      'leaves other types alone',
      { headers: [['content-type', 'text/plain']], data: 'a=<' },
      'GET / HTTP/1.1\r\ncontent-type: text/plain\r\nConnection: close\r\nContent-Length: 3\r\n\r\na=<',
    ],
    [
      'writes multipart lines with CRLF',
      { headers: [['Content-Type', 'multipart/form-data; boundary=b']], data: '--b\n\nx\n' },
      'GET / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\nContent-Length: 10\r\n\r\n--b\r\n\r\nx\r\n',
    ],
    [
      'keeps a wrong length',
      {
        headers: [
          ['Content-Length', '99'],
          ['connection', 'x'],
        ],
        data: 'a',
      },
      `GET / HTTP/1.1\r\nContent-Length: 99\r\nconnection: x\r\nContent-Type: ${form}\r\n\r\na`,
    ],
    ['sends a raw request untouched', { rawRequest: 'x\n', data: 'y' }, 'x\n'],
  ])('%s', (_name, changes, request) => expect(buildRequest(input(changes))).toBe(request));

  it('adds saved cookies unless the test has its own', () => {
    expect(buildRequest(input(), 'a=1')).toContain('\r\nCookie: a=1\r\n');
    expect(buildRequest(input({ headers: [['cookie', 'b=2']] }), 'a=1')).not.toContain('a=1');
  });
});
