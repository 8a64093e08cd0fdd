import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintUploadToken, readUploadToken, type UploadGrant } from './upload-token.ts';

const SECRET = Buffer.from('a secret of at least thirty-two bytes');
const GRANT: Omit<UploadGrant, 'id'> = {
  user: 'j\xc3\xb6rg',
  groups: ['staff'],
  methods: ['POST', 'PATCH'],
  path: '/uploads',
  maxBytes: 1000,
  issuedAt: 1000,
  expires: 2000,
};

describe('upload tokens', () => {
  it('hold what was put in', () => {
    const token = mintUploadToken(GRANT, SECRET);
    expect(readUploadToken(token, [SECRET])).toEqual({ ...GRANT, id: expect.stringMatching(/^[\w-]{12}$/) });
    expect(readUploadToken(token, [Buffer.from('another secret, as long as the first'), SECRET])).toMatchObject(GRANT);
    expect(token).toMatch(/^sput1\.[\w-]+\.[\w-]{43}$/);
  });

  it('of another secret are nobody’s', () => {
    const token = mintUploadToken(GRANT, SECRET);
    expect(readUploadToken(token, [Buffer.from('another secret, as long as the first')])).toBeUndefined();
    expect(readUploadToken(token, [])).toBeUndefined();
  });

  it('are nobody’s with any character changed', () => {
    const token = mintUploadToken(GRANT, SECRET);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        // The last letter holds bits of no byte.
        fc.pre(changed !== token && at < token.length - 1);
        expect(readUploadToken(changed, [SECRET])).toBeUndefined();
      }),
    );
  });

  it.each(['', 'sput1', 'sput1..', 'a.b.c', `sput1.${'a'.repeat(5000)}.b`])('%.20s is none', (text) =>
    expect(readUploadToken(text, [SECRET])).toBeUndefined(),
  );
});
