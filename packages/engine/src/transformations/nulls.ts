import { defineTransformation, type Transformation } from '../registry/transformation.ts';

const isNull = (byte: number): boolean => byte === 0;

export const removeNulls: Transformation = defineTransformation({
  name: 'removeNulls',
  summary: 'Removes NUL bytes.',
  examples: [{ input: '\0se\0\0lect\0', output: 'select' }],
  apply: (value) => replaceNullsBy(value, ''),
  triggers: isNull,
  removes: isNull,
});

export const replaceNulls: Transformation = defineTransformation({
  name: 'replaceNulls',
  summary: 'Each NUL byte becomes a space.',
  examples: [{ input: '\0a\0\0b', output: ' a  b' }],
  apply: (value) => replaceNullsBy(value, ' '),
  triggers: isNull,
});

function replaceNullsBy(value: string, replacement: string): string {
  let at = value.indexOf('\0');
  if (at === -1) return value;
  let result = '';
  let copied = 0;
  for (; at !== -1; at = value.indexOf('\0', copied)) {
    result += value.slice(copied, at) + replacement;
    copied = at + 1;
  }
  return result + value.slice(copied);
}
