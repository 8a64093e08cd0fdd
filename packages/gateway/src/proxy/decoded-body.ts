/** What stands in a compressed answer, for rules that are to read it. An application may compress whatever it was asked for. */
import { once } from 'node:events';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { ERRORS, GateError } from '../errors.ts';

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;

type Decoder = ReturnType<typeof createGunzip>;

/** By the names of content codings (RFC 9110 §8.4.1, RFC 7932, RFC 8878). Bytes may end anywhere: what there is of them counts. */
const DECODERS: ReadonlyMap<string, () => Decoder> = new Map([
  ['gzip', () => createGunzip({ finishFlush: Z_SYNC_FLUSH })],
  ['x-gzip', () => createGunzip({ finishFlush: Z_SYNC_FLUSH })],
  ['deflate', () => createInflate({ finishFlush: Z_SYNC_FLUSH })],
  ['br', () => createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH })],
  ['zstd', () => createZstdDecompress({ finishFlush: ZSTD_e_flush })],
]);

/**
 * The coding of a body, in lower case, or several in the order they were applied, with commas between; undefined where it stands as it is.
 * `list`: names and values of headers in turn.
 */
export function contentCoding(list: readonly string[]): string | undefined {
  let codings: string[] | undefined;
  for (let at = 0; at + 1 < list.length; at += 2) {
    if (list[at]?.toLowerCase() !== 'content-encoding') continue;
    for (const member of (list[at + 1] as string).toLowerCase().split(',')) {
      const coding = member.trim();
      if (coding === '' || coding === 'identity') continue;
      codings ??= [];
      codings.push(coding);
    }
  }
  return codings?.join(', ');
}

export function canDecode(coding: string): boolean {
  return DECODERS.has(coding);
}

/**
 * The first bytes of what `chunks` hold, `most` and a little more of them at most, however much it would be. Rejects with a `GateError`
 * for what is no such coding.
 */
export async function decodedBody(coding: string, chunks: readonly Buffer[], most: number): Promise<Buffer> {
  const decoder = DECODERS.get(coding)?.();
  if (decoder === undefined) throw new GateError(ERRORS.upstreamInvalid, `an answer in the coding ${coding}`);
  const parts: Buffer[] = [];
  let bytes = 0;
  decoder.on('data', (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    if (bytes > most) decoder.destroy();
  });
  decoder.end(Buffer.concat(chunks));
  try {
    await once(decoder, 'close');
  } catch (cause) {
    throw new GateError(ERRORS.upstreamInvalid, `an answer that is no ${coding}: ${(cause as Error).message}`, cause);
  }
  return Buffer.concat(parts);
}
