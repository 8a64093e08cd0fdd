import { expect, it } from 'vitest';
import type { WafMode } from '../config/config.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { type Inspection, isInspectedMore } from './inspection-strength.ts';

const of = (waf: WafMode, inspect: Partial<Inspection['inspect']> = {}): Inspection => ({
  waf,
  inspect: { ...ROUTE_DEFAULTS.inspect, ...inspect },
});

it.each<[what: string, more: Inspection, less: Inspection]>([
  ['rules, and none', of('on', { requestBody: false }), of('off')],
  ['rules that refuse, and that only tell', of('on', { requestBody: false }), of('detection')],
  ['rules that tell, and none', of('detection'), of('off')],
  ['bodies of requests', of('on'), of('on', { requestBody: false })],
  ['bodies of answers', of('on'), of('on', { responseBody: false })],
  ['encoded bodies', of('on'), of('on', { encodedBodies: 'pass' })],
  ['whole bodies', of('on'), of('on', { requestBodyLimit: 10 })],
  ['more of a body', of('on', { requestBodyLimit: 11 }), of('on', { requestBodyLimit: 10 })],
])('%s', (_what, more, less) => {
  expect([isInspectedMore(more, less), isInspectedMore(less, more)]).toEqual([true, false]);
});

it('is the same for the same, and for nothing', () => {
  expect(isInspectedMore(of('on'), of('on'))).toBe(false);
  expect(isInspectedMore(of('off'), of('off', { requestBody: false }))).toBe(false);
});
