import { isDigit, trimSpace } from '../bytes/ascii.ts';
import { ByteSet } from '../bytes/byte-set.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const validateByteRange: Operator = defineOperator({
  name: 'validateByteRange',
  summary:
    'Matches when the value has a byte outside the listed ones. The argument lists decimal numbers and ranges from 0 to 255, separated by commas.',
  examples: [
    { argument: '9,10,13,32-126', value: 'plain text\r\n', matches: false },
    { argument: '9,10,13,32-126', value: 'NUL \x00', matches: true },
    { argument: '32-126', value: '', matches: false },
  ],
  compile: (argument) => {
    const allowed = ByteSet.from(argument.source.split(',').map(parseRange));
    const firstOutside = (value: string): number => {
      for (let index = 0; index < value.length; index++) if (!allowed.has(value.charCodeAt(index))) return index;
      return -1;
    };
    return {
      forecast: { kind: 'bytes', bytes: allowed.complement() },
      test: (value) => firstOutside(value) !== -1,
      describe: (value, name) => {
        let outside = 0;
        for (let index = 0; index < value.length; index++) if (!allowed.has(value.charCodeAt(index))) outside++;
        return `Found ${outside} byte(s) in ${name} outside range: ${argument.source}.`;
      },
      span: (value) => [firstOutside(value), firstOutside(value) + 1],
    };
  },
});

function parseRange(text: string): readonly [number, number] {
  const range = trimSpace(text);
  const dash = range.indexOf('-');
  const from = parseByte(dash === -1 ? range : range.slice(0, dash), range);
  const to = dash === -1 ? from : parseByte(range.slice(dash + 1), range);
  if (from > to) throw new Error(`the byte range "${range}" ends before it starts`);
  return [from, to];
}

function parseByte(text: string, range: string): number {
  const digits = trimSpace(text);
  let isNumber = digits !== '' && digits.length <= 3;
  for (let index = 0; index < digits.length; index++) isNumber &&= isDigit(digits.charCodeAt(index));
  const byte = Number(digits);
  if (!isNumber || byte > 255)
    throw new Error(`"${range}" is no byte range: a number from 0 to 255, or two with a dash`);
  return byte;
}
