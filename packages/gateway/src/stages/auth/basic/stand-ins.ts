import { createHmac, randomBytes } from 'node:crypto';

/** Compared with where a file has no users: SHA-crypt of a random text. */
const NOBODYS = '$5$lYnWcpBsMkVbNvAj$sZiTXGh5PHYb005RaB2OTdYPZ2T40RfbvsUyKLIrwt0';

/**
 * Stored passwords to compare with for names nobody has. The same name gets the same one, so that the time it takes stays the same
 * as it does for users, and over all names it is spread as it is over the users of the file.
 */
export class StandIns {
  readonly #key = randomBytes(32);

  pick(user: string, stored: readonly string[]): string {
    if (stored.length === 0) return NOBODYS;
    const number = createHmac('sha256', this.#key).update(user, 'latin1').digest().readUInt32LE();
    return stored[number % stored.length] as string;
  }
}
