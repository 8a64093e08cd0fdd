import { expect, it } from 'vitest';
import { parseCustomLog } from './custom-log.ts';

it.each<[string, ReturnType<typeof parseCustomLog>]>([
  ['logs/access.log', undefined],
  ['CustomLog logs/a combined', { target: 'logs/a', format: 'combined', condition: undefined }],
  ['customlog "a b" "\\"%r\\" \\\\" env=!x', { target: 'a b', format: '"%r" \\', condition: 'env=!x' }],
  ['CustomLog logs/a \'%h "x"\'', { target: 'logs/a', format: '%h "x"', condition: undefined }],
  ['CustomLog logs/a', { target: 'logs/a', format: 'common', condition: undefined }],
  ['CustomLog "|bin/rotate x" "%\\t"', { target: '|bin/rotate x', format: '%\\t', condition: undefined }],
])('%s', (text, expected) => {
  expect(parseCustomLog(text)).toEqual(expected);
});

it.each([
  ['CustomLog "x', 'a quote is never closed'],
  ['CustomLog a b c d', 'there is too much behind CustomLog: "d"'],
])('refuses %s', (text, mistake) => {
  expect(() => parseCustomLog(text)).toThrow(mistake);
});
