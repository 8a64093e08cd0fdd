/**
 * Which kinds of bytes a value contains, as one bit each: nearly every attack needs punctuation, nearly every transformation
 * does something only where there is some, and most values have none.
 *
 * Letters in lower case, digits and the underscore have no bit. Each other byte has one; rarely used ones share it, so a bit
 * says "one of these may be there", and only a bit that is not set is knowledge.
 */
export const MASK_BITS: Int32Array = new Int32Array(256);

/** Each string is one bit. */
const PUNCTUATION: readonly string[] = [...'!"#$%&\'*+,-./:;<=>?@\\`|', ' ', '\t\n\v\f\r', '()', '[]', '{}', '^~'];

PUNCTUATION.forEach((bytes, bit) => {
  for (let at = 0; at < bytes.length; at++) MASK_BITS[bytes.charCodeAt(at)] = 1 << bit;
});
const CONTROL = 1 << PUNCTUATION.length;
const UPPER = 1 << (PUNCTUATION.length + 1);
const HIGH = 1 << (PUNCTUATION.length + 2);
for (let byte = 0; byte < 256; byte++) {
  if (byte >= 0x80) MASK_BITS[byte] = HIGH;
  else if (byte >= 0x41 && byte <= 0x5a) MASK_BITS[byte] = UPPER;
  else if (byte === 0x7f || (byte < 0x20 && MASK_BITS[byte] === 0)) MASK_BITS[byte] = CONTROL;
}

/** The kinds of bytes in a value. */
export function maskOf(value: string): number {
  let mask = 0;
  for (let at = 0; at < value.length; at++) mask |= MASK_BITS[value.charCodeAt(at) & 0xff]!;
  return mask;
}

/**
 * The bits of which at least one is set in the mask of every value that contains a byte the predicate accepts; `undefined`
 * when it accepts a byte without a bit, so that no mask can tell.
 */
export function maskWhere(accepts: (byte: number) => boolean): number | undefined {
  let mask = 0;
  for (let byte = 0; byte < 256; byte++) {
    if (!accepts(byte)) continue;
    const bit = MASK_BITS[byte]!;
    if (bit === 0) return undefined;
    mask |= bit;
  }
  return mask;
}
