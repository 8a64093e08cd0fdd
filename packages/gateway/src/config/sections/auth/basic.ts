/** `auth.basic`: user name and password (RFC 7617), from a file as `htpasswd` writes it. */
import { resolve } from 'node:path';
import { flag, type Table, text } from '../../field.ts';
import { passCredentials } from './pass-credentials.ts';

export interface BasicProviderConfig {
  readonly file: string;
  readonly plainText: boolean;
  readonly passCredentials: boolean;
}

export const basic: Table<BasicProviderConfig> = {
  file: {
    type: text('file name'),
    summary:
      'Users and their passwords as `htpasswd` of Apache writes them: bcrypt (`-B`), SHA-crypt (`-2`, `-5`) or apr1 (`-m`). Changes are noticed within a second.',
  },
  plainText: {
    type: flag(),
    default: false,
    summary: 'Take passwords that are written in the file as they are, behind `{PLAIN}`. For tests.',
  },
  passCredentials,
};

/** Relative file names are relative to `folder`, that of the configuration file. */
export function placeBasic(config: BasicProviderConfig, folder: string): BasicProviderConfig {
  return { ...config, file: resolve(folder, config.file) };
}
