import { describe, expect, it } from 'vitest';
import { bodyProcessorFor } from './content-type.ts';

describe('bodyProcessorFor', () => {
  it.each([
    ['application/x-www-form-urlencoded', 'URLENCODED'],
    ['Application/X-WWW-Form-URLencoded; charset=utf-8', 'URLENCODED'],
    ['application/x-www-form-urlencodedX', 'URLENCODED'],
    ['multipart/form-data; boundary=b', 'MULTIPART'],
    ['MULTIPART/FORM-DATAx', 'MULTIPART'],
    ['multipart/mixed; boundary=b', ''],
    [' multipart/form-data', ''],
    ['application/json', ''],
    ['text/xml', ''],
    ['', ''],
  ])('picks for %j: %j', (contentType, expected) => {
    expect(bodyProcessorFor(contentType)).toBe(expected);
  });
});
