/** A file or folder of a tar archive. Links and devices are reported by type and carry no content. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'other';
  readonly content: Buffer;
}

const BLOCK = 512;

/** The archive is cut short, or its sums do not add up. */
export class TarError extends Error {}

/**
 * Reads a tar archive (POSIX ustar with pax and GNU long names, which is what `git archive` and GNU tar write). Names come
 * as they stand in the archive: whoever writes files must check them.
 */
export function* readTar(archive: Buffer): Generator<TarEntry> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    verifySum(header);
    const size = octal(header, 124, 12);
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new TarError('the archive ends in the middle of a file');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') longName = paxPath(content) ?? longName;
    else if (type === 'L') longName = text(content, 0, content.length);
    // A global pax header (`git archive` writes the commit there) says nothing about names.
    else if (type !== 'g') {
      const isFile = type === '0' || type === '\0' || type === '7';
      yield { name: longName ?? ustarName(header), type: isFile ? 'file' : type === '5' ? 'folder' : 'other', content };
      longName = undefined;
    }
  }
}

function ustarName(header: Buffer): string {
  const name = text(header, 0, 100);
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The `path` record of a pax header: records are `LENGTH KEY=VALUE\n`. */
function paxPath(content: Buffer): string | undefined {
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space < 0 ? at : space));
    if (!Number.isInteger(length) || length <= 0) throw new TarError('bad extended header');
    const record = content.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice(5);
    at += length;
  }
  return undefined;
}

/** The checksum counts its own field as eight spaces. */
function verifySum(header: Buffer): void {
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 0x20 : (header[index] ?? 0);
  if (sum !== octal(header, 148, 8)) throw new TarError('not a tar archive, or a damaged one');
}

function octal(header: Buffer, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw new TarError('bad number in a tar header');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}
