/** CGI programs are told the length of a body before its first byte (RFC 3875 §4.1.2), so one that has not said it is held until its end. */
import type { Readable } from 'node:stream';
import type { BodyMemory } from '../body-memory.ts';
import { BodyStream } from '../body-stream.ts';
import { Spool } from '../spool.ts';

export interface MeasuredBody {
  readonly body: Buffer | Readable | undefined;
  /** Bytes. */
  readonly length: number;
}

/**
 * Reads all of `stream`: up to `inMemory` bytes stay in `memory`, more goes to a file in `folder`. Rejects as the stream or the disk
 * fails.
 */
export async function measure(
  stream: Readable,
  folder: string,
  inMemory: number,
  memory: BodyMemory,
): Promise<MeasuredBody> {
  const spool = new Spool(folder, inMemory, memory);
  try {
    for await (const chunk of stream) await spool.append(chunk as Buffer);
  } catch (cause) {
    await spool.close();
    throw cause;
  }
  return { body: new BodyStream(spool, undefined), length: spool.size };
}
