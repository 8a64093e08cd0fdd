import { expect, it } from 'vitest';
import { sampleExchange } from '../../../test/support/logged-exchange.ts';
import { checkCondition, compileCondition } from './condition.ts';

it.each<[string, number, boolean]>([
  ['env=seen', 200, true],
  ['env=!seen', 200, false],
  ['env=other', 200, false],
  ['env=!other', 200, true],
  ['status=200', 200, true],
  ['status=400-499,503', 404, true],
  ['status=400-499, 503', 503, true],
  ['status=400-499,503', 500, false],
  ['status=!304', 304, false],
  ['status=!304', 200, true],
  ['expr=%{REQUEST_STATUS} -ge 400', 404, true],
  ['expr=!(%{REQUEST_STATUS} -ge 400)', 404, false],
  ['tag=blog, shop', 200, true],
  ['tag=wiki', 200, false],
  ['tag=!wiki,quiet', 200, true],
  ['tag=!shop', 200, false],
])('%s for %i', (text, status, expected) => {
  expect(compileCondition(text)(sampleExchange({ status, tag: 'shop', variables: { seen: '1' } }))).toBe(expected);
});

it.each([
  ['when=x', '"when=x" is not a condition such as env=NAME, env=!NAME, status=400-599, tag=WORD or expr=EXPRESSION'],
  ['expr=x', 'column 1 of the expression: "x" is no word; texts stand in quotes'],
  ['status=4xx', '"4xx" is not a status such as 404, nor a range such as 400-499'],
  ['status=500-400', 'the range 500-400 is empty'],
])('refuses %s', (text, mistake) => {
  expect(checkCondition(text)).toBe(mistake);
});
