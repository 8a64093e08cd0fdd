import { encodeBase64 } from '../bytes/base64.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const base64Encode: Transformation = defineTransformation({
  name: 'base64Encode',
  summary: 'Base64 with padding and without line breaks.',
  examples: [
    { input: '', output: '' },
    { input: 'a\0\xff', output: 'YQD/' },
    { input: 'ab', output: 'YWI=' },
  ],
  apply: encodeBase64,
});
