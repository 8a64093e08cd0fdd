import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Behaviour,
  expectInRequests,
  expectNotConverted,
  firedSids,
  loadSnort,
  snortRule,
} from '../../../test/support/snort-rules.ts';

describe('positions', () => {
  it.each<Behaviour>([
    [
      'http_uri; content:"/x",offset 0,depth 2; content:"id=",distance 1,within 6;',
      { uri: '/x?abid=' },
      { uri: '/x?abcdid=' },
      { uri: '/y/x?abid=' },
    ],
    ['content:"POST "; depth:5;', { method: 'POST' }, { uri: '/POST%20' }],
    ['content:"GET "; depth:4; content:"/cgi"; distance:0; within:4;', { uri: '/cgi' }, { uri: '/x/cgi' }],
    [
      'http_header:field referer; content:"x",offset 1;',
      { headers: [['Referer', 'ax']] },
      { headers: [['Referer', 'xa']] },
    ],
    ['content:"/x"; http_uri; isdataat:5,relative;', { uri: '/x12345' }, { uri: '/x1234' }],
    ['content:"/x"; http_uri; isdataat:!1,relative;', { uri: '/x' }, { uri: '/x1' }],
    [
      'content:"()|20|{"; content:"x"; distance:0; nocase;',
      { headers: [['A', '() { X']] },
      { headers: [['A', '() { y']] },
    ],
  ])('%s', expectInRequests);

  const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 10 && code !== 13);
  const bytes = fc.array(byte, { minLength: 1, maxLength: 6 });
  const part = fc.record({ bytes, distance: fc.nat(9), slack: fc.option(fc.nat(9)), nocase: fc.boolean() });
  const hexOf = (codes: readonly number[]): string => codes.map((code) => code.toString(16).padStart(2, '0')).join(' ');
  const textOf = (codes: readonly number[]): string => String.fromCharCode(...codes);

  it('hold for a value put together from the contents, at both ends of their windows, and not beyond', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(part, { minLength: 1, maxLength: 3 }), async (first, parts) => {
        const later = parts.map(({ bytes: codes, distance, slack, nocase }) => {
          const within = slack === null ? '' : ` within:${codes.length + slack};`;
          return `content:"|${hexOf(codes)}|"; http_cookie; distance:${distance};${within}${nocase ? ' nocase;' : ''}`;
        });
        const waf = loadSnort(
          snortRule(`content:"|${hexOf(first)}|"; http_cookie; depth:${first.length}; ${later.join(' ')}`),
        );
        // A byte that no content has, so that nothing is found by chance.
        const used = new Set([first, ...parts.map((one) => one.bytes)].flat().flatMap((code) => [code, code ^ 0x20]));
        const filler = String.fromCharCode([...Array(200).keys()].find((code) => code > 0x20 && !used.has(code)) ?? 0);
        const value = (extra: (slack: number) => number): string =>
          textOf(first) +
          parts.map((one) => filler.repeat(one.distance + extra(one.slack ?? 20)) + textOf(one.bytes)).join('');
        const seen = (text: string): Promise<number[]> => firedSids(waf, { headers: [['Cookie', text]] });
        expect(await seen(value(() => 0))).toEqual([1]);
        expect(await seen(value((slack) => slack))).toEqual([1]);
        expect(await seen(filler + value(() => 0))).toEqual([]);
        if (parts.some(({ slack }) => slack !== null)) expect(await seen(value((slack) => slack + 1))).toEqual([]);
        if (parts.some(({ distance }) => distance > 0))
          expect(await seen(textOf(first) + parts.map((one) => textOf(one.bytes)).join(''))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [snortRule('content:"abc"; http_uri; depth:2;'), 'longer than the space'],
    [snortRule('content:"a"; http_uri; content:"b"; http_uri; distance:-3;'), 'looks back'],
    [snortRule('content:"a"; http_header; offset:3;'), 'among all headers'],
    [snortRule('content:"a"; http_stat_code; flow:to_server;'), 'a request has no status'],
  ])('%s', expectNotConverted);
});
