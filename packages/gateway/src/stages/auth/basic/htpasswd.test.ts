import { describe, expect, it } from 'vitest';
import { parsePasswordFile } from './htpasswd.ts';

const HASH = '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61';
const BCRYPT = '$2y$05$uQ6ijHTQomTYnIEwnIgmU.eMspreSZq.N8ZPydV2u2ldhKAk4vnlu';

describe('a file of users', () => {
  it('has users, remarks and empty lines', () => {
    const { users, needsBcrypt } = parsePasswordFile(
      `# staff\n\nalice:${HASH}\r\nbob smith:${HASH}:Bob Smith\n`,
      'f',
      false,
    );
    expect([...users]).toEqual([
      ['alice', HASH],
      ['bob smith', HASH],
    ]);
    expect(needsBcrypt).toBe(false);
    expect(parsePasswordFile(`a:${BCRYPT}`, 'f', false).needsBcrypt).toBe(true);
  });

  it('keeps colons of a password that is there as it is', () => {
    expect(parsePasswordFile('a:{PLAIN}b:c', 'f', true).users.get('a')).toBe('{PLAIN}b:c');
  });

  it('names every line that cannot be used', () => {
    const text = `alice:${HASH}\nalice:${BCRYPT}\nbob\n:${HASH}\ncarol:CIU2Tbf.SI33Q\ndave:secret\n`;
    expect(() => parsePasswordFile(text, 'users', false)).toThrow(
      [
        'users:2:1 the user "alice" is there twice; one of them is another password',
        'users:3:1 expected a user, a colon and a password',
        'users:4:1 expected a user, a colon and a password',
        'users:5:1 the password of "carol" is a hash of crypt(), which looks at eight characters only; write it anew with "htpasswd -B"',
        'users:6:1 the password of "dave" is not a hash of bcrypt, SHA-crypt or apr1; write it anew with "htpasswd -B"',
      ].join('\n'),
    );
  });
});
