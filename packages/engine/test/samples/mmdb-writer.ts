/** Writes small MaxMind databases (format 2.0) for tests. */
export type Value =
  | string
  | number
  | boolean
  | { double: number }
  | { pointer: number }
  | Value[]
  | { [key: string]: Value };

export interface Network {
  /** Bits of the network, the highest first; IPv4 in an IPv6 database has 96 zeros in front. */
  readonly bits: string;
  readonly data: Value;
}

export interface MmdbOptions {
  readonly recordSize: 24 | 28 | 32;
  readonly ipVersion: 4 | 6;
  /** Added to or written over the metadata. */
  readonly metadata?: { readonly [key: string]: Value };
}

/** A database in which each network has its data. */
export function writeMmdb(networks: readonly Network[], { recordSize, ipVersion, metadata }: MmdbOptions): Uint8Array {
  const data: number[] = [];
  const nodes: [Link, Link][] = [[undefined, undefined]];
  for (const network of networks) {
    const offset = data.length;
    data.push(...encode(network.data));
    let node = 0;
    for (const [index, bit] of [...network.bits].entries()) {
      const side = bit === '0' ? 0 : 1;
      if (index === network.bits.length - 1) {
        nodes[node]![side] = { offset };
        break;
      }
      const next = nodes[node]![side];
      if (typeof next === 'number') node = next;
      else {
        nodes.push([undefined, undefined]);
        nodes[node]![side] = nodes.length - 1;
        node = nodes.length - 1;
      }
    }
  }
  const value = (link: Link): number => {
    if (link === undefined) return nodes.length;
    return typeof link === 'number' ? link : nodes.length + 16 + link.offset;
  };
  const tree = nodes.flatMap(([left, right]) => record(value(left), value(right), recordSize));
  const facts = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    node_count: nodes.length,
    record_size: recordSize,
    ip_version: ipVersion,
    database_type: 'Test',
    languages: ['en'],
    ...metadata,
  });
  const marker = [...'\xab\xcd\xefMaxMind.com'].map((character) => character.charCodeAt(0));
  return Uint8Array.from([...tree, ...new Array<number>(16).fill(0), ...data, ...marker, ...facts]);
}

type Link = number | { readonly offset: number } | undefined;

function record(left: number, right: number, size: 24 | 28 | 32): number[] {
  const low = (value: number, bytes: number): number[] =>
    Array.from({ length: bytes }, (_, index) => (value >>> (8 * (bytes - 1 - index))) & 0xff);
  if (size === 28) return [...low(left, 3), ((left >>> 24) << 4) | (right >>> 24), ...low(right, 3)];
  return [...low(left, size / 8), ...low(right, size / 8)];
}

/** The bytes of a value of the data section. */
export function encode(value: Value): number[] {
  if (typeof value === 'string') return [...control(2, value.length), ...[...value].map((one) => one.charCodeAt(0))];
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (typeof value === 'number') {
    if (value < 0) return [...control(8, 4), ...new Uint8Array(new Int32Array([value]).buffer).reverse()];
    const bytes: number[] = [];
    for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
    return [...control(6, bytes.length), ...bytes];
  }
  if (Array.isArray(value)) return [...control(11, value.length), ...value.flatMap(encode)];
  if ('double' in value && typeof value.double === 'number') {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value.double);
    return [...control(3, 8), ...new Uint8Array(view.buffer)];
  }
  if ('pointer' in value && typeof value.pointer === 'number') {
    const at = value.pointer;
    return [0x20 | (at >>> 8), at & 0xff];
  }
  const entries = Object.entries(value as { [key: string]: Value });
  return [...control(7, entries.length), ...entries.flatMap(([key, one]) => [...encode(key), ...encode(one)])];
}

function control(type: number, size: number): number[] {
  const extra = size < 29 ? [] : size < 285 ? [size - 29] : [(size - 285) >> 8, (size - 285) & 0xff];
  const short = Math.min(size, 29 + (size < 285 ? 0 : 1));
  return type < 8 ? [(type << 5) | short, ...extra] : [short, type - 7, ...extra];
}
