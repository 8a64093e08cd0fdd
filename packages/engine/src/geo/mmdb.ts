import { fromBytes } from '../bytes/byte-string.ts';

/** A value of a MaxMind DB. Strings are byte strings of UTF-8; integers above 2^53 are not exact. */
export type MmdbValue = string | number | boolean | readonly MmdbValue[] | MmdbMap;
export interface MmdbMap {
  readonly [key: string]: MmdbValue;
}

const METADATA_MARKER = '\xab\xcd\xefMaxMind.com';
/** The marker is in the last 128 KiB of a file (MaxMind DB format 2.0). */
const METADATA_REACH = 128 * 1024 + METADATA_MARKER.length;
/** Zero bytes between the search tree and the data. */
const SEPARATOR = 16;
/** Maps in maps in a file of good will are four deep or so. */
const MAXIMUM_DEPTH = 32;

/**
 * Reads MaxMind DB files, format 2.0: a binary search tree over the bits of addresses whose leaves point into a section of
 * typed values. Throws an Error where the bytes are not what the format wants; nothing outside of them is read.
 */
export class MmdbReader {
  readonly #bytes: Uint8Array;
  readonly #nodeCount: number;
  readonly #recordBits: number;
  readonly #dataStart: number;
  /** Node where the addresses of IPv4 begin. */
  readonly #ipv4Start: number;
  readonly isIpv6: boolean;
  /** `GeoLite2-City` and the like. */
  readonly databaseType: string;

  constructor(bytes: Uint8Array) {
    const metadata = readMetadata(bytes);
    const number = (name: string): number => {
      const value = metadata[name];
      if (typeof value !== 'number') throw new Error(`the metadata has no ${name}`);
      return value;
    };
    this.#bytes = bytes;
    if (number('binary_format_major_version') !== 2) throw new Error('the database has another format than version 2');
    this.#nodeCount = number('node_count');
    this.#recordBits = number('record_size');
    if (![24, 28, 32].includes(this.#recordBits)) throw new Error(`records of ${this.#recordBits} bits are not known`);
    const treeSize = (this.#nodeCount * this.#recordBits) / 4;
    this.#dataStart = treeSize + SEPARATOR;
    if (this.#dataStart > bytes.length) throw new Error('the database is cut off');
    this.isIpv6 = number('ip_version') === 6;
    this.databaseType = String(metadata['database_type'] ?? '');
    this.#ipv4Start = this.isIpv6 ? this.#walk(0n, 96, 0) : 0;
  }

  /** What the database says about an address, a `number` for IPv4 and a `bigint` for IPv6; undefined when nothing. */
  lookup(address: number | bigint): MmdbValue | undefined {
    if (typeof address === 'bigint' && !this.isIpv6) return undefined;
    const record =
      typeof address === 'number' ? this.#walk(BigInt(address), 32, this.#ipv4Start) : this.#walk(address, 128, 0);
    if (record <= this.#nodeCount) return undefined;
    const offset = record - this.#nodeCount - SEPARATOR;
    return new Decoder(this.#bytes, this.#dataStart).read(this.#dataStart + offset);
  }

  /** Follows the bits of an address, the highest first, until the tree ends; gives the last record. */
  #walk(address: bigint, bits: number, start: number): number {
    let node = start;
    for (let bit = bits - 1; bit >= 0 && node < this.#nodeCount; bit--) {
      node = this.#record(node, Number((address >> BigInt(bit)) & 1n));
    }
    return node;
  }

  #record(node: number, side: number): number {
    const bytes = this.#bytes;
    const at = (node * this.#recordBits) / 4;
    if (this.#recordBits === 24) return bigEndian(bytes, at + 3 * side, 3);
    if (this.#recordBits === 32) return bigEndian(bytes, at + 4 * side, 4);
    // 28 bits: the byte in the middle holds the upper four bits of both records.
    const middle = bytes[at + 3] ?? 0;
    const upper = side === 0 ? middle >> 4 : middle & 0x0f;
    return upper * 2 ** 24 + bigEndian(bytes, at + 4 * side, 3);
  }
}

function readMetadata(bytes: Uint8Array): MmdbMap {
  const start = Math.max(0, bytes.length - METADATA_REACH);
  const found = fromBytes(bytes.subarray(start)).lastIndexOf(METADATA_MARKER);
  if (found === -1) throw new Error('this is not a MaxMind database (.mmdb)');
  const at = start + found + METADATA_MARKER.length;
  const metadata = new Decoder(bytes, at).read(at);
  if (!isMap(metadata)) throw new Error('the metadata is not a map');
  return metadata;
}

/** Whether a value is a map, not an array. */
export function isMap(value: MmdbValue | undefined): value is MmdbMap {
  return typeof value === 'object' && !Array.isArray(value);
}

function bigEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index++) {
    const byte = bytes[index];
    if (byte === undefined) throw new Error('the database is cut off');
    value = value * 256 + byte;
  }
  return value;
}

/** Reads typed values; pointers count from `base`. */
class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  #at = 0;

  constructor(bytes: Uint8Array, base: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#base = base;
  }

  read(at: number): MmdbValue {
    this.#at = at;
    return this.#value(0);
  }

  #value(depth: number): MmdbValue {
    if (depth > MAXIMUM_DEPTH) throw new Error('the database nests values too deeply');
    const control = this.#unsigned(1);
    const type = control >> 5;
    if (type === 1) return this.#behindPointer(control, depth);
    const kind = type === 0 ? 7 + this.#unsigned(1) : type;
    const size = this.#size(control);
    switch (kind) {
      case 2:
      case 4:
        return this.#text(size);
      case 3:
        return this.#view.getFloat64(this.#skip(size, 8));
      case 5:
      case 6:
      case 9:
      case 10:
        return this.#unsigned(size);
      case 7:
        return this.#map(size, depth);
      case 8:
        return this.#unsigned(size) | 0;
      case 11:
        return Array.from({ length: this.#checked(size) }, () => this.#value(depth + 1));
      case 14:
        return size !== 0;
      case 15:
        return this.#view.getFloat32(this.#skip(size, 4));
      default:
        throw new Error(`the database has a value of the unknown type ${kind}`);
    }
  }

  #behindPointer(control: number, depth: number): MmdbValue {
    const width = (control >> 3) & 3;
    const low = this.#unsigned(width + 1);
    const high = width === 3 ? 0 : (control & 7) * 256 ** (width + 1);
    const target = this.#base + high + low + ([0, 2048, 526_336, 0][width] ?? 0);
    const back = this.#at;
    this.#at = target;
    const value = this.#value(depth + 1);
    this.#at = back;
    return value;
  }

  #size(control: number): number {
    const size = control & 0x1f;
    if (size < 29) return size;
    const extra = this.#unsigned(size - 28);
    return extra + ([29, 285, 65_821][size - 29] ?? 0);
  }

  #map(size: number, depth: number): MmdbMap {
    const entries: [string, MmdbValue][] = [];
    for (let left = this.#checked(size); left > 0; left--) {
      const key = this.#value(depth + 1);
      if (typeof key !== 'string') throw new Error('the database has a map with a key that is no text');
      entries.push([key, this.#value(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #text(size: number): string {
    const start = this.#skip(size, size);
    return fromBytes(this.#bytes.subarray(start, start + size));
  }

  #unsigned(size: number): number {
    const value = bigEndian(this.#bytes, this.#at, size);
    this.#at += size;
    return value;
  }

  /** Passes over `size` bytes; gives where they start. */
  #skip(size: number, expected: number): number {
    if (size !== expected || this.#at + size > this.#bytes.length) throw new Error('the database is damaged');
    const start = this.#at;
    this.#at += size;
    return start;
  }

  /** Every element takes a byte at least, so a larger count is a lie. */
  #checked(size: number): number {
    if (size > this.#bytes.length - this.#at) throw new Error('the database is damaged');
    return size;
  }
}
