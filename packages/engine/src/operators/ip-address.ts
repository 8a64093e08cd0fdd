import { hexValue, isDigit } from '../bytes/ascii.ts';

/** An address as a number: a `number` for IPv4, a `bigint` for IPv6. */
export type Address = number | bigint;

/** All addresses from `first` to `last`, both included, of one family. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/**
 * Reads an address as `inet_pton` does: `192.0.2.1` without leading zeros, IPv6 as in RFC 4291 §2.2 (`::`, a dotted tail,
 * no zone). Undefined for anything else. An IPv4-mapped IPv6 address is an IPv6 address.
 */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

/** Reads an address or a block such as `10.0.0.0/8`; bits behind the prefix are ignored. Undefined for anything else. */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = typeof address === 'number' ? 32 : 128;
  const prefix = slash === -1 ? width : parseDecimal(text.slice(slash + 1), width);
  if (prefix === undefined) return undefined;
  if (typeof address === 'number') {
    const size = 2 ** (32 - prefix);
    const first = address - (address % size);
    return { first, last: first + size - 1 };
  }
  const size = 1n << BigInt(128 - prefix);
  const first = address - (address % size);
  return { first, last: first + size - 1n };
}

function parseIPv4(text: string): number | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    const byte = parseDecimal(part, 255);
    if (byte === undefined) return undefined;
    address = address * 256 + byte;
  }
  return address;
}

function parseIPv6(text: string): bigint | undefined {
  // Nothing longer is an address: eight groups of four, or six and a dotted tail.
  if (text.length > 45) return undefined;
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = parseGroups(text, true);
    return groups?.length === 8 ? toBigInt(groups) : undefined;
  }
  const head = parseGroups(text.slice(0, gap), false);
  const tail = parseGroups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return toBigInt([...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]);
}

/** Groups of 16 bits separated by colons; none for the empty text. The last two may be written as an IPv4 address. */
function parseGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (mayEndDotted && index === parts.length - 1 && part.includes('.')) {
      const dotted = parseIPv4(part);
      if (dotted === undefined) return undefined;
      groups.push(Math.floor(dotted / 0x10000), dotted % 0x10000);
    } else {
      const group = parseHexGroup(part);
      if (group === undefined) return undefined;
      groups.push(group);
    }
  }
  return groups;
}

function parseHexGroup(text: string): number | undefined {
  if (text === '' || text.length > 4) return undefined;
  let group = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = hexValue(text.charCodeAt(index));
    if (digit === -1) return undefined;
    group = group * 16 + digit;
  }
  return group;
}

/** A decimal number up to `max`, at most three digits, no leading zero, no sign. */
function parseDecimal(text: string, max: number): number | undefined {
  if (text === '' || text.length > 3 || (text.length > 1 && text.startsWith('0'))) return undefined;
  let number = 0;
  for (let index = 0; index < text.length; index++) {
    if (!isDigit(text.charCodeAt(index))) return undefined;
    number = number * 10 + text.charCodeAt(index) - 0x30;
  }
  return number <= max ? number : undefined;
}

function toBigInt(groups: readonly number[]): bigint {
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n);
}
