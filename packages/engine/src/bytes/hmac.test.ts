import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hmacSha1 } from './hmac.ts';

it('agrees with Node for keys and messages of any length', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      const expected = createHmac('sha1', Buffer.from(key, 'latin1'))
        .update(message, 'latin1')
        .digest()
        .toString('latin1');
      expect(hmacSha1(key, message)).toBe(expected);
    }),
  );
});
