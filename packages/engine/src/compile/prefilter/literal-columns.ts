import type { Needle } from './literal-automaton.ts';

/** Bytes in the order of their columns: what is frequent shares few cache lines. */
const FREQUENT_FIRST = ' etaoinsrhldcumfpgwybvkxjqz0123456789/.-_=:,;%&?+"\'()<>*@!#$[]\\^`{|}~';

/**
 * Gives every byte its column; the last one that is given is for bytes no text contains. Returns the number of columns, with one
 * behind these for bytes that are to be passed over.
 */
export function assignColumns(needles: readonly Needle[], columnOf: Uint8Array): number {
  const isUsed = new Uint8Array(256);
  for (const { text } of needles) {
    for (let at = 0; at < text.length; at++) isUsed[representative(text.charCodeAt(at) & 0xff)] = 1;
  }
  let columns = 0;
  for (let at = 0; at < FREQUENT_FIRST.length; at++) {
    const byte = FREQUENT_FIRST.charCodeAt(at);
    if (isUsed[byte] === 1) columnOf[byte] = columns++;
  }
  for (const byte of [CONTROL, NEWLINE, HIGH]) if (isUsed[byte] === 1) columnOf[byte] = columns++;
  for (let byte = 0; byte < 256; byte++) {
    const other = representative(byte);
    if (other !== byte) columnOf[byte] = isUsed[other] === 1 ? columnOf[other]! : columns;
    else if (isUsed[byte] === 0) columnOf[byte] = columns;
  }
  return columns + 2;
}

const CONTROL = 0x00;
const NEWLINE = 0x0a;
const HIGH = 0x80;

/** The byte that stands for all that are not told apart. */
function representative(byte: number): number {
  if (byte >= 0x80) return HIGH;
  if (byte >= 0x41 && byte <= 0x5a) return byte + 32;
  if (byte >= 0x09 && byte <= 0x0d) return NEWLINE;
  return byte < 0x20 || byte === 0x7f ? CONTROL : byte;
}
