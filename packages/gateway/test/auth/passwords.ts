import { md5Crypt } from '../../src/stages/auth/basic/md5-crypt.ts';

/** A password file with hashes that cost little, so that tests do not wait for them. */
export function passwords(users: Readonly<Record<string, string>>): string {
  const line = (user: string, password: string): string =>
    `${user}:$apr1$saltsalt$${md5Crypt(Buffer.from(password), Buffer.from('saltsalt'), '$apr1$')}\n`;
  return Object.entries(users)
    .map(([user, password]) => line(user, password))
    .join('');
}
