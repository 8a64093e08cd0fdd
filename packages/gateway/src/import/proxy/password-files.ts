/** Password files of the old server as providers of the gate. */
import { basename } from 'node:path';
import { parsePasswordFile } from '../../stages/auth/basic/htpasswd.ts';
import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import type { OldFiles } from './old-files.ts';
import type { Statement } from './statement.ts';

interface Parts {
  readonly draft: Draft;
  readonly ledger: Ledger;
  readonly files: OldFiles;
}

/** The name of the provider for a file; `written` is how the old server calls it. What the gate will object to is noted. */
export function passwordProvider(written: string, at: Statement, { draft, ledger, files }: Parts): string {
  const file = files.placeOf(written);
  const name = draft.provider('basic', basename(file), file);
  ledger.carried(at, `auth: basic.${name}`, ...objections(file, written, files));
  return name;
}

/** Browsers are asked with one realm everywhere. */
export function setRealm(realm: string, at: Statement, { draft, ledger }: Parts): void {
  const known = draft.get('auth', 'realm');
  if (!/^[\x20-\x7e]*$/.test(realm)) ledger.carried(at, 'auth: realm', 'the realm is not ASCII: another one is shown');
  else if (known === undefined || known === realm) {
    draft.set('auth', 'realm', realm);
    ledger.carried(at, 'auth: realm');
  } else ledger.carried(at, 'auth: realm', `there is one realm for all: "${String(known)}"`);
}

function objections(file: string, written: string, files: OldFiles): readonly string[] {
  if (!files.canRead(written)) return ['the file cannot be read here, and the gate has to'];
  try {
    parsePasswordFile(files.read(written), file, false);
    return [];
  } catch (cause) {
    return [`the gate will not start with it: ${(cause as Error).message.split('\n', 1)[0]}`];
  }
}
