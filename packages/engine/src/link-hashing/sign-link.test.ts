import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LinkHashingSettings } from '../registry/settings.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { signatureProblem, signLink } from './sign-link.ts';

const KEY = 'a key of some length';
const tx = {
  request: { rawPath: '/shop/list.php' },
  connection: { clientAddress: '192.0.2.1' },
  sessionId: undefined,
} as unknown as TransactionState;

const settings = (binding: LinkHashingSettings['binding'] = 'KeyOnly'): LinkHashingSettings => ({
  engine: true,
  key: KEY,
  binding,
  parameter: 'crypt',
  methods: [{ kind: 'HashHref', matches: () => true }],
});
const hash = (text: string, key = KEY): string => createHmac('sha1', key).update(text).digest('hex');

describe('signLink', () => {
  it.each([
    ['/a', `/a?crypt=${hash('a')}`],
    ['/a?b=1', `/a?b=1&crypt=${hash('a?b=1')}`],
    ['/a#top', `/a?crypt=${hash('a')}#top`],
    ['item.php', `item.php?crypt=${hash('shop/item.php')}`],
    ['../x', `../x?crypt=${hash('x')}`],
    ['./x/./y', `./x/./y?crypt=${hash('shop/x/y')}`],
    ['?p=2', `?p=2&crypt=${hash('shop/list.php?p=2')}`],
    ['http://example.test/a', `http://example.test/a?crypt=${hash('a')}`],
    ['HTTPS://example.test/a', `HTTPS://example.test/a?crypt=${hash('a')}`],
  ])('signs %s', (link, expected) => expect(signLink(link, 'HashHref', settings(), tx)).toBe(expected));

  it.each([
    '',
    '#top',
    'mailto:x@example.test',
    'javascript:x',
    '//elsewhere.test/a',
    'http://example.test',
    'http://x?/a',
    '/a?crypt=1',
  ])('leaves %j alone', (link) => expect(signLink(link, 'HashHref', settings(), tx)).toBeUndefined());

  it('signs only kinds that are asked for', () =>
    expect(signLink('/a', 'HashFormAction', settings(), tx)).toBeUndefined());

  it('mixes in who asks', () => {
    expect(signLink('/a', 'HashHref', settings('RemoteIP'), tx)).toBe(`/a?crypt=${hash('a', `${KEY}192.0.2.1`)}`);
    expect(signLink('/a', 'HashHref', settings('SessionID'), { ...tx, sessionId: 's1' } as TransactionState)).toBe(
      `/a?crypt=${hash('a', `${KEY}s1`)}`,
    );
    expect(signLink('/a', 'HashHref', settings('SessionID'), tx)).toBe(`/a?crypt=${hash('a', `${KEY}192.0.2.1`)}`);
  });
});

describe('signatureProblem', () => {
  it('accepts what was signed, for a browser that follows it', () => {
    const signed = signLink('item.php?id=1', 'HashHref', settings(), tx)!;
    expect(signatureProblem(`/shop/${signed}`, settings(), tx)).toBeUndefined();
  });
  it.each([
    ['/a', 'missing'],
    ['/a?crypt=', 'wrong'],
    [`/a?crypt=${hash('b')}`, 'wrong'],
    [`/a?crypt=${hash('a')}&x=1`, 'wrong'],
    [`/a?crypt=${hash('a').toUpperCase()}`, 'wrong'],
    [`/a?x=crypt=${hash('a')}`, 'missing'],
  ])('%s: %s', (target, problem) => expect(signatureProblem(target, settings(), tx)).toBe(problem));
});
