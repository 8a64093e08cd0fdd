/** `auth.upload_token`: tokens for one upload, which the gate makes and verifies with a secret of its own. */
import { resolve } from 'node:path';
import { choice, duration, listOf, type Table, text } from '../../field.ts';
import { passCredentials } from './pass-credentials.ts';

export interface UploadTokenProviderConfig {
  readonly secretFiles: readonly string[];
  readonly maxTtl: number;
  readonly header: 'authorization' | 'upload-token';
  readonly passCredentials: boolean;
}

const HOUR = 3_600_000;

export const uploadToken: Table<UploadTokenProviderConfig> = {
  secretFiles: {
    type: listOf(text('file name')),
    summary:
      'Files with a secret of 32 bytes or more, such as `openssl rand -base64 48` writes. Tokens are made with the first and taken with any.',
  },
  maxTtl: { type: duration(), default: 24 * HOUR, summary: 'Longest time from the making of a token to its end.' },
  header: {
    type: choice('authorization', 'upload-token'),
    default: 'authorization',
    summary: 'Where clients put it: `Authorization: Bearer` or a header `Upload-Token` of its own.',
  },
  passCredentials,
};

/** Relative file names are relative to `folder`, that of the configuration file. */
export function placeUploadToken(config: UploadTokenProviderConfig, folder: string): UploadTokenProviderConfig {
  return { ...config, secretFiles: config.secretFiles.map((path) => resolve(folder, path)) };
}
