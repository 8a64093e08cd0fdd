/** Secrets of the gate in files of their own. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../config/load.ts';

/** The bytes of a file without line ends behind them. Throws a `ConfigError` when it cannot be read, or is no secret. */
export function readSecret(file: string, leastBytes: number): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw mistake(file, `the secret cannot be read: ${(cause as NodeJS.ErrnoException).code}`);
  }
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  const secret = bytes.subarray(0, end);
  // A public key is known to everybody: as the secret of an HMAC it would let everybody sign.
  if (secret.includes('-----BEGIN ')) throw mistake(file, 'this is a key in PEM form, not a common secret');
  if (secret.length < leastBytes) {
    throw mistake(file, `a secret needs ${leastBytes} bytes at least; "openssl rand -base64 48" writes a good one`);
  }
  return secret;
}

function mistake(file: string, message: string): ConfigError {
  return new ConfigError([{ file, line: 0, column: 0, message }]);
}
