import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Head } from '../../listener/strict-http.ts';
import { basicCredentials, bearerToken, tokenInCookie, withoutCookie } from './credentials.ts';

/** Only headers of it are read. */
function headOf(name: string, value: string): Head {
  return { lowerNames: [name], values: [value] } as unknown as Head;
}
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

describe('Authorization: Basic', () => {
  it.each([
    [`Basic ${base64('alice:secret')}`, { user: 'alice', password: 'secret' }],
    [`BASIC   ${base64('alice:se:cret')}`, { user: 'alice', password: 'se:cret' }],
    [`basic ${base64(':')}`, { user: '', password: '' }],
    [`Basic ${base64('j\xc3\xb6rg:\xff')}`, { user: 'j\xc3\xb6rg', password: '\xff' }],
    ['Basic', 'malformed'],
    ['Basic ', 'malformed'],
    [`Basic ${base64('alice')}`, 'malformed'],
    [`Basic ${base64('alice:secre').replace(/=+$/, '')}`, 'malformed'],
    [`Basic ${base64('alice:secret')}, Basic ${base64('bob:secret')}`, 'malformed'],
    [`Basic ${base64('ali\x00ce:secret')}`, 'malformed'],
    ['Basic YWxp*2U6c2VjcmV0', 'malformed'],
    ['Basically no', undefined],
    ['Bearer abc', undefined],
    ['', undefined],
  ])('%s', (value, found) => expect(basicCredentials(headOf('authorization', value))).toEqual(found));
});

it('every user without a colon and every password come back, byte by byte', () => {
  const text = fc.uint8Array().map((bytes) =>
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\x00-\x1f\x7f]/g, ''),
  );
  fc.assert(
    fc.property(text, text, (name, password) => {
      const user = name.replaceAll(':', '');
      const header = `Basic ${base64(`${user}:${password}`)}`;
      expect(basicCredentials(headOf('authorization', header))).toEqual({ user, password });
    }),
  );
  fc.assert(fc.property(fc.string(), (value) => void basicCredentials(headOf('authorization', `Basic ${value}`))));
});

describe('tokens', () => {
  it.each([
    ['Bearer abc.def.ghi', 'abc.def.ghi'],
    ['bearer  a+/=', 'a+/='],
    ['Bearer', 'malformed'],
    ['Bearer a b', 'malformed'],
    ['Bearer a, Bearer b', 'malformed'],
    ['Basic abc', undefined],
  ])('%s', (value, found) => expect(bearerToken(headOf('authorization', value))).toBe(found));

  it.each([
    ['session=a.b.c', 'a.b.c'],
    ['x=1; session=a.b.c ; y=2', 'a.b.c'],
    ['Session=a', undefined],
    ['x=session=a', undefined],
    ['session=a; session=b', 'malformed'],
    ['session=', 'malformed'],
    ['session="a"', 'malformed'],
  ])('cookies %s', (value, found) => expect(tokenInCookie(headOf('cookie', value), 'session')).toBe(found));

  it.each([
    ['session=a', undefined],
    ['session=a; x=1', 'x=1'],
    ['x=1;session=a;session=b; y=2', 'x=1; y=2'],
    ['session', undefined],
    ['sessions=a', 'sessions=a'],
  ])('%s without the session', (value, left) => expect(withoutCookie(value, 'session')).toBe(left));
});
