import type { StoredRecord } from '@sallyport/engine';

/**
 * How a record is written in a text column: a JSON array of names and values in turn. Byte strings survive, since every
 * byte is one character below U+0100; an array keeps the order and has no special names.
 */
export function writeRecord({ values }: StoredRecord): string {
  return JSON.stringify([...values].flat());
}

/** Throws when the text is none of ours. */
export function readRecord(text: string, expiresAt: number): StoredRecord {
  const flat: unknown = JSON.parse(text);
  if (!Array.isArray(flat) || flat.length % 2 !== 0 || flat.some((one) => typeof one !== 'string')) {
    throw new Error('a stored record cannot be read');
  }
  const values = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) values.set(flat[at], flat[at + 1]);
  return { values, expiresAt };
}
