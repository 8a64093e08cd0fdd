import { describe, expect, it } from 'vitest';
import { loadBcrypt } from './bcrypt-library.ts';
import { fits, objectionTo } from './password-hash.ts';

const LONG = '0123456789'.repeat(7);

/** Made by `openssl passwd` and `htpasswd`. */
const RIGHT: readonly (readonly [password: string, stored: string])[] = [
  ['a', '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61'],
  ['Hello world!', '$apr1$abcdefgh$Unf1zc.jsgCbBQDCL104q.'],
  ['pässwörd', '$apr1$abcdefgh$030j6I3f1zNCF9tihqdd11'],
  [LONG, '$apr1$abcdefgh$M7JX3SZ8AtcWsxU5HUngU1'],
  ['a', '$1$ab$NM4FR4Dl/CzoTSJTd3YJ3.'],
  [LONG, '$1$ab$034eqjFLbwyqaiILVrPZk1'],
  ['a', '$5$saltstring$7cz4bTeQ7MnNssphNhFVrITtuJYY/1tdvLL2uzLvOk8'],
  ['Hello world!', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  [LONG, '$5$saltstring$YkO/agQX1kVvQRyJi4EO3hfMOxdlASUcGCROvPEY0j0'],
  ['pässwörd', '$5$rounds=1234$abc$BoaRqrCKe4ucqaplnWK6aO2t4T/NNm7IL65p3P0fh.D'],
  ['a', '$6$saltstringsaltst$V1bh5AHnO3DyboxHV1xFR.ZTBMQwPKb/sYKJwWCI0cb45VrOhnf0a5zVHniCe0J7RFPjPafO68RNA8if98eul1'],
  [LONG, '$6$saltstringsaltst$XzQQG0KbLSqmCiTezIbENBjmlqwreL5NL7zl1y1UKhGG1PFeUgEPoh49YQxKLjfJx640JZ7PQWszJNW7NAKct0'],
  ['Hello world!', '$2y$05$uQ6ijHTQomTYnIEwnIgmU.eMspreSZq.N8ZPydV2u2ldhKAk4vnlu'],
  ['as it is:', '{PLAIN}as it is:'],
];

describe('passwords and what is stored of them', () => {
  it.each(RIGHT)('%s %s', async (password, stored) => {
    const bcrypt = await loadBcrypt();
    expect(fits(Buffer.from(password), stored, bcrypt)).toBe(true);
    for (const wrong of ['', `${password} `, password.slice(1), `X${password.slice(1)}`]) {
      expect([wrong, fits(Buffer.from(wrong), stored, bcrypt)]).toEqual([wrong, false]);
    }
  });

  it('bytes that are no UTF-8 fit nothing of bcrypt', async () => {
    // A lone continuation byte reads as U+FFFD, and so would any other.
    const bcrypt = await loadBcrypt();
    const stored = '$2b$04$WApznUOJfkEGSmYRfnkrPO2LZ0lVvDfgNYUA.XmYfmGl07b1DyJXO';
    expect(fits(Buffer.from([0x80]), stored, bcrypt)).toBe(false);
  });

  it('without its package bcrypt is an error, not a wrong password', () => {
    expect(() => fits(Buffer.from('x'), RIGHT[12]?.[1] ?? '', undefined)).toThrow('bcryptjs');
  });
});

describe('what may be stored', () => {
  it.each(RIGHT.map(([, stored]) => stored))('%s', (stored) => expect(objectionTo(stored, true)).toBeUndefined());

  it.each([
    ['{PLAIN}secret', /as it is, and "plain_text" is not set/],
    ['{SHA}6dcfXufJLW3J6S/9rRe4vUlBj5g=', /SHA-1/],
    ['{SSHA}6dcfXufJLW3J6S/9rRe4vUlBj5g=', /SHA-1/],
    ['CIU2Tbf.SI33Q', /crypt\(\).*htpasswd -B/],
    ['secret', /not a hash/],
    ['', /not a hash/],
    ['$2y$20$uQ6ijHTQomTYnIEwnIgmU.eMspreSZq.N8ZPydV2u2ldhKAk4vnlu', /cost 20/],
    ['$2y$05$uQ6ijHTQomTYnIEwnIgmU.eMspreSZq', /not a hash/],
    ['$6$rounds=2000000$x$7cz4bTeQ7MnNssphNhFVrITtuJYY/1tdvLL2uzLvOk8', /cut off/],
    ['$5$rounds=2000000$x$7cz4bTeQ7MnNssphNhFVrITtuJYY/1tdvLL2uzLvOk8', /more than 1000000 rounds/],
    ['$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA', /not a hash/],
  ])('not %s', (stored, objection) => expect(objectionTo(stored, false)).toMatch(objection));
});
