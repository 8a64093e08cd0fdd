/** Groups and their members, as in the `AuthGroupFile` of Apache: `staff: alice bob`, a group may have several lines. */
import { ConfigError, type ConfigMistake } from '../../config/load.ts';
import { isUsableName } from './principal.ts';

/** Groups by user. Names are byte strings. */
export type Memberships = ReadonlyMap<string, readonly string[]>;

/** `text` is a byte string. Throws a `ConfigError` with every line that cannot be used. */
export function parseGroupFile(text: string, file: string): Memberships {
  const memberships = new Map<string, string[]>();
  const mistakes: ConfigMistake[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return;
    const colon = line.indexOf(':');
    const group = line.slice(0, Math.max(0, colon)).trim();
    if (!isUsableName(group)) {
      mistakes.push({ file, line: at + 1, column: 1, message: 'expected a group, a colon and its members' });
      return;
    }
    for (const user of line.slice(colon + 1).split(/[ \t]+/)) {
      if (user === '') continue;
      const groups = memberships.get(user) ?? [];
      if (!groups.includes(group)) groups.push(group);
      memberships.set(user, groups);
    }
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return memberships;
}
