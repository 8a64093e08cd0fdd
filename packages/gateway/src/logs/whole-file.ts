import { rename, unlink, writeFile } from 'node:fs/promises';

/**
 * Writes a file that is there whole or not at all: under another name (`.part` behind it) until all of it is written. Rejects, with nothing
 * left behind, when that fails; only a process that is killed leaves such a part.
 */
export async function writeWhole(path: string, bytes: Buffer, mode: number): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, bytes, { mode });
    await rename(part, path);
  } catch (error) {
    // What has gone wrong first is what there is to tell.
    await unlink(part).catch(() => {});
    throw error;
  }
}
