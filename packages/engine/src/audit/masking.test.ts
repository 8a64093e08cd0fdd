import { describe, expect, it } from 'vitest';
import { maskBody, maskSpans, maskTarget } from './masking.ts';

const mask = { parameters: new Set(['pin']), requestHeaders: new Set<string>(), responseHeaders: new Set<string>() };

describe('maskSpans', () => {
  it.each([
    ['abcdef', [], 'abcdef'],
    ['abcdef', [[1, 3]], 'a**def'],
    [
      'abcdef',
      [
        [3, 5],
        [1, 4],
      ],
      'a****f',
    ],
    [
      'abcdef',
      [
        [4, 99],
        [2, 2],
      ],
      'abcd**',
    ],
  ] as const)('%s %j', (text, spans, masked) => expect(maskSpans(text, spans)).toBe(masked));
});

describe('maskTarget', () => {
  it.each([
    ['GET /a?pin=1234&x=2 HTTP/1.1', 'GET /a?pin=****&x=2 HTTP/1.1'],
    ['/a?x=pin=3&PIN=12', '/a?x=pin=3&PIN=**'],
    ['/a?%70in=12&pin', '/a?%70in=**&pin'],
    ['/pin=1234', '/pin=1234'],
  ])('%s', (target, masked) => expect(maskTarget(target, mask)).toBe(masked));
});

describe('maskBody', () => {
  const multipart = (value: string): string =>
    `--b\r\nContent-Disposition: form-data; name="pin"\r\n\r\n${value}\r\n--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nopen\r\n--b--\r\n`;
  it.each([
    ['pin=1234', 'application/x-www-form-urlencoded; charset=utf-8', 'pin=****'],
    ['pin=1234', undefined, 'pin=****'],
    ['{"pin":1234}', 'application/json', '{"pin":1234}'],
    [multipart('1234'), 'multipart/form-data; boundary=b', multipart('****')],
    [
      multipart('12\n34').replaceAll('"', ''),
      'multipart/form-data; boundary=b',
      multipart('*****').replaceAll('"', ''),
    ],
    [
      '--b\nContent-Disposition: form-data; name="pin"\n\n12',
      'Multipart/Form-Data',
      '--b\nContent-Disposition: form-data; name="pin"\n\n**',
    ],
  ])('%#', (body, type, masked) => expect(maskBody(body, type, mask)).toBe(masked));
});
