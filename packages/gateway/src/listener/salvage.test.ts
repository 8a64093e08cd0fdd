import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../errors.ts';
import { kindOfParseError, salvageRequest } from './salvage.ts';

const salvage = (text: string): ReturnType<typeof salvageRequest> => salvageRequest(Buffer.from(text, 'latin1'));

describe('a request that could not be parsed', () => {
  it.each([
    [
      '|GET /a HTTP/1.1\r\nHost: x\r\n\r\nbody',
      { method: '|GET', uri: '/a', protocol: 'HTTP/1.1', headers: [['Host', 'x']] },
    ],
    ['\r\n\nGET /a b HTTP/1.1\r\n\r\n', { method: 'GET', uri: '/a b', protocol: 'HTTP/1.1' }],
    ['\tGET /a HTTP/1.1\r\n', { method: '\tGET', uri: '/a', line: '\tGET /a HTTP/1.1' }],
    ['GET /a', { method: 'GET', uri: '/a', protocol: 'HTTP/0.9', hasProtocol: false }],
    ['GET /a \r\nHost: x', { uri: '/a', protocol: 'HTTP/0.9', hasProtocol: false, headers: [['Host', 'x']] }],
    [
      'GET / HTTP/1.1\r\nA: 1\rB: 2\nC : 3\r\nno colon\r\n: x\r\na: 4\r\n\r\nD: 5',
      {
        headers: [
          ['A', '1, 4'],
          ['B', '2'],
          ['C', '3'],
        ],
      },
    ],
  ])('%j', (text, expected) => {
    expect(salvage(text)).toMatchObject(expected);
  });

  it.each(['', 'GET', '\r\n\r\n'])('nothing in %j', (text) => {
    expect(salvage(text)).toBeUndefined();
  });

  it('never fails, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void salvageRequest(bytes)));
  });
});

it.each([
  ['HPE_HEADER_OVERFLOW', 'GET / HTTP/1.1', ERRORS.headersTooLarge],
  ['HPE_INVALID_CONTENT_LENGTH', 'GET / HTTP/1.1', ERRORS.badContentLength],
  ['HPE_INVALID_VERSION', 'GET / HTTP/3.0', ERRORS.unsupportedVersion],
  ['HPE_INVALID_VERSION', 'GET / HTTP/0.8', ERRORS.malformedRequest],
  ['HPE_INVALID_CONSTANT', 'GET / JUNK/1.0', ERRORS.malformedRequest],
  ['ERR_HTTP_REQUEST_TIMEOUT', '', ERRORS.headersTimeout],
  [undefined, '', ERRORS.malformedRequest],
])('%s for %j', (code, line, kind) => {
  expect(kindOfParseError(code, salvage(line))).toBe(kind);
});
