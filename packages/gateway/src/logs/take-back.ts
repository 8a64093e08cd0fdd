import { type FileHandle, open } from 'node:fs/promises';

/**
 * Cuts `bytes` off the end of a file, if it is a plain one and they are what it ends in. `handle` may only write; `path` is how to read
 * it. False where nothing was done: somebody else has appended meanwhile, the file is another, or must not be read.
 */
export async function takeBack(handle: FileHandle, path: string, bytes: Buffer): Promise<boolean> {
  if (bytes.length === 0) return false;
  try {
    const { size, dev, ino } = await handle.stat();
    const start = size - bytes.length;
    if (start < 0) return false;
    const reader = await open(path, 'r');
    try {
      const found = await reader.stat();
      if (!found.isFile() || found.dev !== dev || found.ino !== ino) return false;
      const { buffer, bytesRead } = await reader.read(Buffer.alloc(bytes.length), 0, bytes.length, start);
      if (!buffer.subarray(0, bytesRead).equals(bytes)) return false;
    } finally {
      await reader.close();
    }
    await handle.truncate(start);
    return true;
  } catch {
    // It stays as it is, and so does the trouble it comes from.
    return false;
  }
}
