import { decodeBase64Lenient, decodeBase64Prefix } from '../bytes/base64.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const base64Decode: Transformation = defineTransformation({
  name: 'base64Decode',
  summary: 'Decodes base64 up to the first byte that is not in the alphabet.',
  examples: [
    { input: 'YWxlcnQ=', output: 'alert' },
    { input: 'YWxl cnQ=', output: 'ale' },
    { input: 'YWxlcnQ', output: 'alert' },
    { input: 'YWxlc', output: 'ale' },
    { input: '<a>', output: '' },
  ],
  apply: decodeBase64Prefix,
});

export const base64DecodeExt: Transformation = defineTransformation({
  name: 'base64DecodeExt',
  summary: 'Decodes base64 and skips every byte that is not in the alphabet.',
  examples: [
    { input: 'P.HNj\r\ncmlwd\0D4=', output: '<script>' },
    { input: 'YQ==YWI=', output: '' },
  ],
  // ModSecurity 2 stops at the first NUL; we skip it like any other byte, because nothing may hide behind one.
  apply: decodeBase64Lenient,
});

export const decodeBase64Ext: Transformation = defineTransformation({
  name: 'decodeBase64Ext',
  deprecated: 'write base64DecodeExt',
  summary: 'ModSecurity 2.5 name of base64DecodeExt.',
  examples: [{ input: 'P.HNjcmlwdD4=', output: '<script>' }],
  apply: decodeBase64Lenient,
});
