/**
 * How many header fields a block of HPACK holds (RFC 7541 §6). Names and values are skipped, so neither the Huffman code nor the
 * dynamic table is needed. Undefined for a block that ends in the middle of a field.
 */
export function countFields(block: Buffer): number | undefined {
  let count = 0;
  let at = 0;
  while (at < block.length) {
    const first = block[at] as number;
    if (first & 0x80) {
      // Indexed: name and value are known to both sides.
      at = skipInteger(block, at, 7);
      count++;
    } else if ((first & 0xe0) === 0x20) {
      // A new size for the dynamic table is no field.
      at = skipInteger(block, at, 5);
    } else {
      const bits = first & 0x40 ? 6 : 4;
      const hasOwnName = (first & ((1 << bits) - 1)) === 0;
      at = skipInteger(block, at, bits);
      if (hasOwnName) at = skipString(block, at);
      at = skipString(block, at);
      count++;
    }
    if (Number.isNaN(at)) return undefined;
  }
  return at === block.length ? count : undefined;
}

/** RFC 7541 §5.1. Where the integer ends; NaN where the block does first, or for one that no block can hold. */
function skipInteger(block: Buffer, from: number, bits: number): number {
  return readInteger(block, from, bits).end;
}

function skipString(block: Buffer, from: number): number {
  const { value, end } = readInteger(block, from, 7);
  return end + value;
}

function readInteger(block: Buffer, from: number, bits: number): { readonly value: number; readonly end: number } {
  const most = (1 << bits) - 1;
  const first = block[from];
  if (first === undefined) return { value: 0, end: Number.NaN };
  let value = first & most;
  if (value < most) return { value, end: from + 1 };
  for (let at = from + 1, shift = 0; shift <= 21; at++, shift += 7) {
    const next = block[at];
    if (next === undefined) break;
    value += (next & 0x7f) << shift;
    if ((next & 0x80) === 0) return { value, end: at + 1 };
  }
  return { value: 0, end: Number.NaN };
}
