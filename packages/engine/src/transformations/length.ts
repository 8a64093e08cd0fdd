import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const length: Transformation = defineTransformation({
  name: 'length',
  summary: 'The number of bytes, in decimal.',
  examples: [
    { input: '', output: '0' },
    { input: 'a\0\xff', output: '3' },
  ],
  apply: (value) => String(value.length),
});
