import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readTar } from './tar.ts';

/** Bounds that a real archive stays far below; the checksum is only known after the download. */
const MAX_ARCHIVE = 64 << 20;
const MAX_UNPACKED = 512 << 20;
const FETCH_TIMEOUT = 120_000;

/** What a gate needs of the archive, below its top folder. */
const WANTED = /^(?:rules\/|plugins\/|crs-setup\.conf\.example$|LICENSE$|CHANGES\.md$)/;

/** The operator's settings, kept when a newer set is put in place. */
const KEPT = 'crs-setup.conf';

/** The rule set cannot be installed; nothing was changed. */
export class InstallError extends Error {}

export interface InstallOptions {
  /** File or `http(s)` address of a gzipped tar archive. */
  readonly from: string;
  /** Expected SHA-256 in hex. */
  readonly sha256: string;
  /** Folder the set is put in, in place of what is there. */
  readonly folder: string;
}

export interface Installed {
  readonly files: number;
  readonly rules: number;
}

/**
 * Gets an archive, verifies its checksum, and puts rules and setup into the folder. The folder changes in one step, after
 * everything is unpacked; a `crs-setup.conf` in the old one is kept.
 */
export async function installCrs({ from, sha256, folder }: InstallOptions): Promise<Installed> {
  const archive = /^https?:\/\//.test(from) ? await download(from) : await readFile(from);
  const sum = createHash('sha256').update(archive).digest('hex');
  if (sum !== sha256.toLowerCase()) {
    throw new InstallError(`${from} has SHA-256 ${sum}, expected ${sha256}; nothing was installed`);
  }
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  try {
    const installed = await unpack(archive, fresh);
    if (installed.rules === 0) throw new InstallError(`${from} holds no rules/*.conf; is it a Core Rule Set?`);
    if (existsSync(join(folder, KEPT))) await cp(join(folder, KEPT), join(fresh, KEPT));
    await exchange(folder, fresh);
    return installed;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function download(url: string): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT) });
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
    throw new InstallError(`cannot fetch ${url}${inner}`, { cause });
  }
  if (!response.ok || response.body === null) throw new InstallError(`${url} answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MAX_ARCHIVE) throw new InstallError(`${url} is larger than ${MAX_ARCHIVE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpack(archive: Buffer, folder: string): Promise<Installed> {
  let files = 0;
  let rules = 0;
  for (const { name, type, content } of readTar(gunzipSync(archive, { maxOutputLength: MAX_UNPACKED }))) {
    const path = insidePath(name);
    if (type !== 'file' || path === undefined || !WANTED.test(path)) continue;
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: 0o644, flag: 'wx' });
    files++;
    if (/^rules\/[^/]+\.conf$/.test(path)) rules++;
  }
  return { files, rules };
}

/**
 * A name without the archive's top folder, if it is a plain relative path. Anything else (absolute, `..`, backslash, control
 * bytes) is refused: an archive with such names is not what it claims to be.
 */
function insidePath(name: string): string | undefined {
  const segments = name.replace(/\/$/, '').split('/');
  if (
    segments.some((segment) => segment === '' || segment === '.' || segment === '..' || /[\\\0-\x1f\x7f]/.test(segment))
  ) {
    throw new InstallError(`the archive names ${JSON.stringify(name)}, which does not lie inside it`);
  }
  return segments.length < 2 ? undefined : segments.slice(1).join('/');
}

/** Puts `fresh` where `folder` is; the old one comes back if that fails. */
async function exchange(folder: string, fresh: string): Promise<void> {
  const old = `${fresh}.old`;
  const hadOld = existsSync(folder);
  if (hadOld) await rename(folder, old);
  try {
    await rename(fresh, folder);
  } catch (cause) {
    if (hadOld) await rename(old, folder);
    throw cause;
  }
  await rm(old, { recursive: true, force: true });
}
