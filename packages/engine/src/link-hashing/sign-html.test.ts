import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signHtml } from './sign-html.ts';

const mark = (link: string): string => `${link}!`;

describe('signHtml', () => {
  it.each([
    ['<a href="/x">', '<a href="/x!">'],
    ["<A HREF='/x'>", "<A HREF='/x!'>"],
    ['<a href=/x>', '<a href="/x!">'],
    ['<a class=b href = "/x" id=c>', '<a class=b href = "/x!" id=c>'],
    ['<a href="/x?a=1&amp;b=2">', '<a href="/x?a=1&amp;b=2!">'],
    ['<a href="/x?a=1&b=2">', '<a href="/x?a=1&amp;b=2!">'],
    ['<form action="/x">', '<form action="/x!">'],
    ['<iframe src="/x"></iframe>', '<iframe src="/x!"></iframe>'],
    ['<frame src="/x">', '<frame src="/x!">'],
    ['text <b>bold</b> <a href="/x">y</a> < z', 'text <b>bold</b> <a href="/x!">y</a> < z'],
    [
      '<script>if (a<b) x=\'<a href="/x">\'</script><a href="/y">',
      '<script>if (a<b) x=\'<a href="/x">\'</script><a href="/y!">',
    ],
    ['<!-- <a href="/x"> --><a href="/y">', '<!-- <a href="/x"> --><a href="/y!">'],
    ['<a/href="/x">', '<a/href="/x!">'],
  ])('%s', (page, expected) => expect(signHtml(page, mark)).toBe(expected));

  it.each([
    '',
    'no markup',
    '<img src="/x">',
    '<p action="/x">',
    '<a href>',
    '<a name="/x">',
    '<!-- <a href="/x">',
    '<style><a href="/x">',
    '<a href="/x',
    '<1 href="/x">',
  ])('leaves %j as it is', (page) => expect(signHtml(page, mark)).toBeUndefined());

  it('tells the kinds apart and takes no for an answer', () => {
    const kinds: string[] = [];
    const page = '<a href="/a"><form action="/b"><iframe src="/c"></iframe><frame src="/d">';
    expect(signHtml(page, (link, kind) => void kinds.push(`${kind} ${link}`))).toBeUndefined();
    expect(kinds).toEqual(['HashHref /a', 'HashFormAction /b', 'HashIframeSrc /c', 'HashFrameSrc /d']);
  });

  it('keeps every byte outside of links, and ends', () => {
    const pieces = fc.constantFrom(
      '<a href="',
      '"',
      '>',
      '<',
      "'",
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '=',
      ' ',
      'x',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const page = parts.join('');
        const same = signHtml(page, (link) => (link.includes('&') ? undefined : `${link}\x00`));
        expect((same ?? page).replaceAll('\x00', '').replace(/["']|&quot;|&#39;/g, '')).toBe(page.replace(/["']/g, ''));
      }),
    );
  });
});
