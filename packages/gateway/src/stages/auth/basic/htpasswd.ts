/** A file of users and passwords, as `htpasswd` of Apache writes it: `user:hash` in each line, `#` for remarks. */
import { ConfigError, type ConfigMistake } from '../../../config/load.ts';
import { isUsableName } from '../principal.ts';
import { isBcrypt, objectionTo } from './password-hash.ts';

export interface PasswordFile {
  /** Stored passwords by user, in the order of the file. Names are byte strings. */
  readonly users: ReadonlyMap<string, string>;
  /** The stored passwords in a list, to pick from. */
  readonly stored: readonly string[];
  readonly needsBcrypt: boolean;
}

/** `text` is a byte string. Throws a `ConfigError` with every line that cannot be used. */
export function parsePasswordFile(text: string, file: string, allowsPlain: boolean): PasswordFile {
  const users = new Map<string, string>();
  const mistakes: ConfigMistake[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    const user = line.slice(0, Math.max(0, colon));
    const stored = storedIn(line.slice(colon + 1));
    const objection = users.has(user)
      ? `the user "${user}" is there twice; one of them is another password`
      : objectionToEntry(user, stored, allowsPlain);
    if (objection === undefined) users.set(user, stored);
    else mistakes.push({ file, line: at + 1, column: 1, message: objection });
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const stored = [...users.values()];
  return { users, stored, needsBcrypt: stored.some(isBcrypt) };
}

/** Behind a second colon Apache keeps remarks. */
function storedIn(rest: string): string {
  const end = rest.startsWith('{PLAIN}') ? -1 : rest.indexOf(':');
  return end < 0 ? rest : rest.slice(0, end);
}

function objectionToEntry(user: string, stored: string, allowsPlain: boolean): string | undefined {
  if (user === '') return 'expected a user, a colon and a password';
  if (!isUsableName(user)) return 'a user name has control characters or is too long';
  const objection = objectionTo(stored, allowsPlain);
  return objection && `the password of "${user}" is ${objection}`;
}
