import { isSpaceOrNbsp } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const removeWhitespace: Transformation = defineTransformation({
  name: 'removeWhitespace',
  summary: 'Removes white space and byte 0xA0.',
  examples: [
    { input: ' a \t b\v\r\n', output: 'ab' },
    { input: '\xc2\xa0a', output: '\xc2a' },
  ],
  apply: (value) => {
    let result = '';
    let copied = 0;
    for (let at = 0; at < value.length; at++) {
      if (!isSpaceOrNbsp(value.charCodeAt(at))) continue;
      result += value.slice(copied, at);
      copied = at + 1;
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: isSpaceOrNbsp,
  removes: isSpaceOrNbsp,
});
