import { describe, expect, it } from 'vitest';
import { sniffContentType } from './sniff-content-type.ts';

describe('sniffContentType', () => {
  it.each([
    ['', 'text/plain; charset=utf-8'],
    ['hello', 'text/plain; charset=utf-8'],
    ['\n <HTML>', 'text/html; charset=utf-8'],
    ['<b class=x>', 'text/html; charset=utf-8'],
    ['<bold>', 'text/plain; charset=utf-8'],
    ['<!-- x', 'text/html; charset=utf-8'],
    ['  <?xml version="1.0"?>', 'text/xml; charset=utf-8'],
    ['%PDF-1.7', 'application/pdf'],
    ['\x1f\x8b\x08\0', 'application/x-gzip'],
    ['a\0b', 'application/octet-stream'],
    ['\x1b[0m', 'text/plain; charset=utf-8'],
  ])('%j is %s', (body, type) => expect(sniffContentType(body)).toBe(type));
});
