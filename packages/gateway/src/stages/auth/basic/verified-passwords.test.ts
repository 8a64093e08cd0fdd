import { describe, expect, it } from 'vitest';
import { VerifiedPasswords } from './verified-passwords.ts';

describe('passwords found right', () => {
  it('are known for five minutes', () => {
    let now = 0;
    const verified = new VerifiedPasswords(() => now);
    const key = verified.keyOf('alice', 'secret', 'hash');
    expect(verified.has(key)).toBe(false);
    verified.add(key);
    now = 299_999;
    expect(verified.has(key)).toBe(true);
    now = 300_000;
    expect(verified.has(key)).toBe(false);
  });

  it('depend on user, password and what is stored', () => {
    const verified = new VerifiedPasswords();
    const keys = [
      verified.keyOf('alice', 'secret', 'hash'),
      verified.keyOf('alice', 'secret', 'hash2'),
      verified.keyOf('alic', 'esecret', 'hash'),
      verified.keyOf('alice', 'secre', 'hash'),
      new VerifiedPasswords().keyOf('alice', 'secret', 'hash'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are no more than a thousand', () => {
    const verified = new VerifiedPasswords();
    for (let at = 0; at < 1001; at++) verified.add(String(at));
    expect([verified.has('0'), verified.has('1'), verified.has('1000')]).toEqual([false, true, true]);
  });
});
