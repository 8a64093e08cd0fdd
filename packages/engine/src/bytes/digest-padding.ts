/**
 * The message as whole 64-byte blocks: the bytes, one bit 1, zeros, and the length in bits as a 64-bit number. MD5 and SHA-1
 * pad alike and differ in the byte order of that number.
 */
export function paddedBlocks(text: string, littleEndian: boolean): DataView {
  const size = ((text.length + 8) >> 6) + 1;
  const bytes = new Uint8Array(size * 64);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  bytes[text.length] = 0x80;
  const blocks = new DataView(bytes.buffer);
  blocks.setBigUint64(bytes.length - 8, BigInt(text.length) * 8n, littleEndian);
  return blocks;
}
