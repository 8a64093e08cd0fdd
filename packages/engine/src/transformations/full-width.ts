/**
 * The byte for a 16-bit character whose bytes are `high` and `low`, where no map says better: the low byte, and for
 * full-width ASCII (U+FF01-U+FF5E) its plain form, so that `＜` is seen as `<`.
 */
export function foldFullWidth(high: number, low: number): number {
  return high === 0xff && low >= 0x01 && low <= 0x5e ? low + 0x20 : low;
}
