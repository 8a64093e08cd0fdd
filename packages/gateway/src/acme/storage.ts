/**
 * Account key, certificates and pending challenges, in a folder that several processes may share. What is written is there whole or
 * not at all.
 */
import { X509Certificate } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CertifiedKey } from '../listener/certificates.ts';
import { newRequestId } from '../listener/request-id.ts';

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;
/** An order takes seconds; whoever holds the lock for this long has died with it. Milliseconds. */
const LOCK_ENDS = 10 * 60 * 1000;

export class AcmeStorage {
  readonly #folder: string;

  /** Makes the folder. Throws when that is not possible. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, 'challenges'), { recursive: true, mode: FOLDER_OWNER_ONLY });
  }

  readAccountKey(): Buffer | undefined {
    return read(join(this.#folder, 'account.key'));
  }

  writeAccountKey(key: Buffer): void {
    this.#write('account.key', key);
  }

  /** Where the account is, with the authority of that directory; undefined where there is none. */
  readAccountUrl(directory: string): string | undefined {
    const [of, url] = read(join(this.#folder, 'account.url'))?.toString('latin1').split('\n') ?? [];
    return of === directory ? url : undefined;
  }

  writeAccountUrl(directory: string, url: string): void {
    this.#write('account.url', Buffer.from(`${directory}\n${url}\n`));
  }

  removeAccountUrl(): void {
    rmSync(join(this.#folder, 'account.url'), { force: true });
  }

  readCertificate(names: readonly string[]): CertifiedKey | undefined {
    return readStoredCertificate(this.#folder, names);
  }

  /** Key and chain are one file, so that nobody sees one without the other. */
  writeCertificate(names: readonly string[], { cert, key }: CertifiedKey): void {
    this.#write(fileOf(names), Buffer.concat([key, Buffer.from('\n'), cert]));
  }

  /** A number that changes with the certificate; 0 without one. */
  versionOf(names: readonly string[]): number {
    try {
      return statSync(join(this.#folder, fileOf(names))).mtimeMs;
    } catch {
      return 0;
    }
  }

  writeChallenge(token: string, answer: string): void {
    this.#write(join('challenges', token), Buffer.from(answer));
  }

  removeChallenge(token: string): void {
    rmSync(join(this.#folder, 'challenges', token), { force: true });
  }

  /** Certificate and key that prove a name in a handshake. */
  writeChallengeCertificate(name: string, { cert, key }: CertifiedKey): void {
    this.#write(join('challenges', proofOf(name)), Buffer.concat([key, Buffer.from('\n'), cert]));
  }

  removeChallengeCertificate(name: string): void {
    rmSync(join(this.#folder, 'challenges', proofOf(name)), { force: true });
  }

  /** Runs `work` unless another process is at it. False when one is. */
  async exclusively(work: () => Promise<void>): Promise<boolean> {
    const path = join(this.#folder, 'lock');
    if (!take(path)) return false;
    try {
      await work();
    } finally {
      rmSync(path, { force: true });
    }
    return true;
  }

  #write(name: string, bytes: Buffer): void {
    const path = join(this.#folder, name);
    const unfinished = `${path}.${newRequestId()}`;
    const file = openSync(unfinished, 'wx', OWNER_ONLY);
    try {
      writeSync(file, bytes);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  }
}

/** What is stored for a set of names; undefined when nothing is, or it is for other names. */
export function readStoredCertificate(folder: string, names: readonly string[]): CertifiedKey | undefined {
  const pair = pairIn(read(join(folder, fileOf(names))));
  if (pair === undefined) return undefined;
  const certificate = new X509Certificate(pair.cert);
  return names.every((name) => certificate.checkHost(name) !== undefined) ? pair : undefined;
}

/** The answer to a pending challenge; undefined when there is none. Tokens are checked by the caller. */
export function readChallenge(folder: string, token: string): string | undefined {
  return read(join(folder, 'challenges', token))?.toString('latin1');
}

/** What proves a name in a handshake; undefined while nobody has to. `name`: one of the configuration, never as a client sent it. */
export function readChallengeCertificate(folder: string, name: string): CertifiedKey | undefined {
  return pairIn(read(join(folder, 'challenges', proofOf(name))));
}

/** Tokens have no dots, so that this is never asked for by a path. */
function proofOf(name: string): string {
  return `${name}.pem`;
}

function pairIn(bytes: Buffer | undefined): CertifiedKey | undefined {
  const at = bytes?.indexOf('-----BEGIN CERTIFICATE-----') ?? -1;
  return bytes === undefined || at < 0 ? undefined : { key: bytes.subarray(0, at), cert: bytes.subarray(at) };
}

function fileOf(names: readonly string[]): string {
  return `${names[0]}.pem`;
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

function take(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  try {
    if (Date.now() - statSync(path).mtimeMs < LOCK_ENDS) return false;
  } catch {
    // It has been given back just now.
    return false;
  }
  rmSync(path, { force: true });
  return false;
}
