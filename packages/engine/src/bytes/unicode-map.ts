/** Maps Unicode code points (0-65535) to single bytes, as `SecUnicodeMapFile` tables do. */
export interface UnicodeMap {
  /** The byte for a code point, or -1 when the table has none. */
  lookup(codePoint: number): number;
}
