import { describe, expect, it } from 'vitest';
import {
  type Behaviour,
  type Exchange,
  expectInRequests,
  expectNotConverted,
  firedSids,
  loadSnort,
  snortRule,
} from '../../../test/support/snort-rules.ts';

describe('bytes of a content', () => {
  it.each<Behaviour>([
    ['content:"|00 ff|x"; http_client_body;', { method: 'POST', body: 'a=\x00\xffx' }, { method: 'POST', body: 'a=x' }],
  ])('%s', expectInRequests);

  // Sixteen bytes at a time: the rules of all of them together would make every request slow.
  it.each(Array.from({ length: 16 }, (_, row) => row * 16))(
    'find the 16 bytes from %i on, in every way they are written',
    async (start) => {
      const row = Array.from({ length: 16 }, (_, column) => start + column);
      const codes = row.filter((code) => code !== 0x0a && code !== 0x0d);
      const contents = codes.flatMap((code) => {
        const hex = `|${code.toString(16).padStart(2, '0')}|`;
        const char = String.fromCharCode(code);
        const isPlain = code >= 0x20 && code < 0x7f && char !== '|';
        const plain = isPlain ? char.replace(/[\\";:]/, '\\$&') : hex;
        return [hex, plain, `a${hex}`, `${hex}b`].map((content, way) => ({ content, sid: code * 4 + way + 1 }));
      });
      const waf = loadSnort(
        contents
          .map(({ content, sid }) => snortRule(`content:"${content}"; http_cookie;`).replace('sid:1;', `sid:${sid};`))
          .join('\n'),
      );
      expect(waf.ruleCount).toBe(contents.length);
      for (const code of codes) {
        const char = String.fromCharCode(code);
        const other = char === '.' ? '-' : '.';
        const own = (sids: readonly number[]): number[] => sids.filter((sid) => sid > code * 4 && sid <= code * 4 + 4);
        const cookie = (byte: string): Exchange => ({ headers: [['Cookie', `~${byte}~a${byte}~${byte}b~`]] });
        expect(own(await firedSids(waf, cookie(char))), `byte ${code}`).toEqual(
          [1, 2, 3, 4].map((way) => code * 4 + way),
        );
        // The frame of the value itself holds three of the bytes.
        if (!'~ab'.includes(char)) expect(own(await firedSids(waf, cookie(other))), `byte ${code}`).toEqual([]);
      }
    },
  );

  it.each([
    '.',
    '^',
    '$',
    '*',
    '+',
    '?',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '\\\\',
    '/',
    '-',
    '#',
    '%{x}',
    '@rx',
    "'",
    '\\"',
    '(((',
    '[a-',
    'a{1',
  ])('take %s as it is, alone, caseless and with positions', async (text) => {
    const bytes = text.replace(/\\(.)/g, '$1');
    for (const modifiers of ['', ' nocase;', ' offset:1;', ' depth:40;']) {
      const waf = loadSnort(snortRule(`content:"${text}"; http_cookie;${modifiers}`));
      expect(await firedSids(waf, { headers: [['Cookie', `q${bytes}q`]] })).toEqual([1]);
      expect(await firedSids(waf, { headers: [['Cookie', 'qq']] })).toEqual([]);
    }
  });

  it.each([
    [snortRule('content:"|zz|";'), 'is not text in quotes with hex between bars'],
    [snortRule('content:"";'), 'is not text in quotes'],
  ])('%s', expectNotConverted);
});
