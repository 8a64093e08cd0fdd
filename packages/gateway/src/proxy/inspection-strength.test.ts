import { describe, expect, it } from 'vitest';
import type { RouteConfig, WafMode } from '../config/config.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { type Inspection, isInspectedMore, mostInspected } from './inspection-strength.ts';

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

it('may be more on either of two', () => {
  const [requests, answers] = [of('on', { responseBody: false }), of('on', { requestBody: false })];
  expect([isInspectedMore(requests, answers), isInspectedMore(answers, requests)]).toEqual([true, true]);
  const [begun, refused] = [of('on', { encodedBodies: 'pass' }), of('on', { requestBodyLimit: 10 })];
  expect([isInspectedMore(begun, refused), isInspectedMore(refused, begun)]).toEqual([true, true]);
});

it('is the same for the same, and for nothing', () => {
  expect(isInspectedMore(of('on'), of('on'))).toBe(false);
  expect(isInspectedMore(of('off'), of('off', { requestBody: false }))).toBe(false);
  const unread = of('on', { requestBody: false });
  expect(isInspectedMore(unread, of('on', { requestBody: false, encodedBodies: 'pass' }))).toBe(false);
});

describe('what may be for several routes', () => {
  const unread = { requestBody: false, responseBody: false };
  const route = (inspection: Inspection): { config: RouteConfig } => ({ config: { ...ROUTE_DEFAULTS, ...inspection } });

  it.each<[what: string, first: Inspection, others: readonly Inspection[], inspected: Inspection]>([
    ['by the strongest rules', of('off'), [of('detection'), of('on'), of('detection')], of('on')],
    ['by its own where they are the same', of('on', unread), [], of('on', unread)],
    [
      'all that is read on any',
      of('on', { responseBody: false }),
      [of('on', { ...unread, responseBody: true })],
      of('on'),
    ],
    ['not what rules that refuse nothing read', of('on', unread), [of('detection')], of('on', unread)],
    [
      'to the farthest limit',
      of('on', { requestBodyLimit: 10 }),
      [of('on', { requestBodyLimit: 11 }), of('on', unread)],
      of('on', { requestBodyLimit: 11 }),
    ],
    ['to the end', of('on', { requestBodyLimit: 10 }), [of('on', { responseBody: false })], of('on')],
    [
      'refused where it cannot be read',
      of('on', { encodedBodies: 'pass' }),
      [of('on', { requestBodyLimit: 10 })],
      of('on'),
    ],
  ])('is inspected %s', (_what, first, others, { waf, inspect }) => {
    expect(mostInspected(route(first), others.map(route)).config).toEqual({ ...ROUTE_DEFAULTS, waf, inspect });
  });
});
