import { isSpace, trimSpace, trimSpaceEnd, trimSpaceStart } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const trim: Transformation = defineTransformation({
  name: 'trim',
  summary: 'Removes white space at both ends.',
  examples: [
    { input: ' \t a b\r\n', output: 'a b' },
    { input: '\xa0a\xa0', output: '\xa0a\xa0' },
  ],
  apply: trimSpace,
  triggers: isSpace,
});

export const trimLeft: Transformation = defineTransformation({
  name: 'trimLeft',
  summary: 'Removes white space at the start.',
  examples: [{ input: ' \t a b\r\n', output: 'a b\r\n' }],
  apply: trimSpaceStart,
  triggers: isSpace,
});

export const trimRight: Transformation = defineTransformation({
  name: 'trimRight',
  summary: 'Removes white space at the end.',
  examples: [{ input: ' \t a b\r\n', output: ' \t a b' }],
  apply: trimSpaceEnd,
  triggers: isSpace,
});
