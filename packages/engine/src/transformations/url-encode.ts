import { encodeUrl, isUrlSafe } from '../bytes/url.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const urlEncode: Transformation = defineTransformation({
  name: 'urlEncode',
  summary: 'Letters, digits and * stay, a space becomes +, every other byte %hh.',
  examples: [
    { input: 'a b*c', output: 'a+b*c' },
    { input: '<-\0\xff', output: '%3c%2d%00%ff' },
  ],
  apply: encodeUrl,
  triggers: (byte) => !isUrlSafe(byte),
});
