import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const replaceComments: Transformation = defineTransformation({
  name: 'replaceComments',
  summary: 'Each C comment, an unterminated one too, becomes one space.',
  examples: [
    { input: 'union/**/select', output: 'union select' },
    { input: 'a/* b /* c */ d */', output: 'a  d */' },
    { input: 'a/*b', output: 'a ' },
    { input: '/*/a', output: ' ' },
  ],
  apply: (value) => {
    let at = value.indexOf('/*');
    if (at === -1) return value;
    let result = '';
    let copied = 0;
    for (; at !== -1; at = value.indexOf('/*', copied)) {
      result += `${value.slice(copied, at)} `;
      const close = value.indexOf('*/', at + 2);
      copied = close === -1 ? value.length : close + 2;
    }
    return result + value.slice(copied);
  },
  triggers: (byte) => byte === 0x2a,
});
