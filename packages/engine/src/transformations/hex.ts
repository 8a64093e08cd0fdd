import { decodeHexUnchecked, encodeHex } from '../bytes/hex.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const hexDecode: Transformation = defineTransformation({
  name: 'hexDecode',
  summary: 'Every two bytes become one, without asking whether they are hexadecimal digits.',
  examples: [
    { input: '3C73', output: '<s' },
    { input: '414', output: 'A' },
    { input: '0z', output: '#' },
  ],
  apply: decodeHexUnchecked,
});

export const hexEncode: Transformation = defineTransformation({
  name: 'hexEncode',
  summary: 'Every byte becomes two lower-case hexadecimal digits.',
  examples: [{ input: '<\0\xff', output: '3c00ff' }],
  apply: encodeHex,
});
