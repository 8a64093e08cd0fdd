/** The account of the workers: it should be theirs alone, and nobody should be able to log in with it. */
import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Examination, Finding } from './examination.ts';

export const accounts: Examination = {
  name: 'accounts',
  examine: (config) => accountFindings(readAccounts(), config),
};

/** `text` has the form of passwd(5). */
export function accountFindings(text: string, config: Config | undefined): readonly Finding[] {
  const all = text.split('\n').flatMap((line) => {
    const [name, , uid, , , home, shell] = line.split(':');
    return name && uid !== undefined && /^\d+$/.test(uid) ? [{ name, uid: Number(uid), home, shell: shell ?? '' }] : [];
  });
  const found: Finding[] = all
    .filter(({ name, uid }) => uid === 0 && name !== 'root')
    .map(({ name }) => ({ severity: 'wrong', what: `the account ${name} is root by another name` }));
  const user = config?.workers.user;
  const own = all.find(({ name, uid }) => name === user || String(uid) === user);
  if (own !== undefined) {
    if (!/\/(nologin|false)$/.test(own.shell))
      found.push({
        severity: 'weak',
        what: `workers.user ${own.name} has a shell: ${own.shell || 'the default one'}`,
        hint: `usermod -s /usr/sbin/nologin ${own.name}`,
      });
    const sharing = all.filter(({ uid, name }) => uid === own.uid && name !== own.name).map(({ name }) => name);
    const principals = [...(config?.principals ?? [])]
      .filter(([, { user: theirs }]) => theirs === own.name || theirs === String(own.uid))
      .map(([name]) => `principal ${name}`);
    for (const other of [...sharing, ...principals])
      found.push({
        severity: 'wrong',
        what: `workers.user ${own.name} is shared with ${other}`,
        hint: 'whoever gets hold of one of them has both; give each an account of its own',
      });
  }
  return found.length > 0 ? found : [{ severity: 'fine', what: 'root is one account, and the workers have their own' }];
}

function readAccounts(): string {
  try {
    return readFileSync('/etc/passwd', 'latin1');
  } catch {
    return '';
  }
}
