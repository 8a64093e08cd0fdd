/** Hashes that stand for paths and principals: short, and nobody without the key can make two texts collide. */
import { hash, randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { PrincipalLimit } from '../../config/sections/floods/windows.ts';
import { headerOf } from '../../listener/strict-http.ts';
import type { Exchange } from '../../proxy/exchange.ts';

/** A key of this process, as hexadecimal digits. */
export function randomSeed(): string {
  return randomBytes(16).toString('hex');
}

/** 8 bytes for a path. Two rounds of multiply and shift over two keyed halves: fast, for texts of a few dozen bytes. */
export class PathHash {
  readonly #first: number;
  readonly #second: number;

  /** `seed`: 16 hexadecimal digits or more. */
  constructor(seed: string) {
    this.#first = Number.parseInt(seed.slice(0, 8), 16);
    this.#second = Number.parseInt(seed.slice(8, 16), 16);
  }

  of(path: string): string {
    let a = this.#first;
    let b = this.#second;
    for (let at = 0; at < path.length; at++) {
      const code = path.charCodeAt(at);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
      a ^= b >>> 15;
      b ^= a >>> 13;
    }
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
    b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
    a ^= b >>> 16;
    b ^= a >>> 15;
    return bytesOf(a) + bytesOf(b);
  }
}

function bytesOf(word: number): string {
  return String.fromCharCode(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
}

/** 8 bytes for who sent a request; empty when it does not say. What the client sent cannot be told from it. */
export function principalOf(exchange: Exchange, { from, name, requests }: PrincipalLimit, seed: string): string {
  if (requests === 0) return '';
  const claim = claimOf(exchange, from, name);
  return claim === undefined || claim === '' ? '' : keyedHash(claim, seed);
}

/** 8 bytes for the name of a user who is to log in. No header has a NUL, so no principal has the same. */
export function loginHash(user: string, seed: string): string {
  return keyedHash(`\0login ${user}`, seed);
}

function keyedHash(text: string, seed: string): string {
  const bytes = hash('sha256', `${seed} ${text}`, 'buffer').toString('latin1', 0, 8);
  // All zeros means nobody.
  return bytes === '\0'.repeat(8) ? bytes.replace('\0', '\x01') : bytes;
}

function claimOf({ head, request }: Exchange, from: PrincipalLimit['from'], name = ''): string | undefined {
  switch (from) {
    case 'header':
      return headerOf(head, name.toLowerCase());
    case 'cookie':
      return cookieOf(headerOf(head, 'cookie'), name);
    case 'certificate': {
      const socket = request.socket as Partial<TLSSocket>;
      // Only a certificate that was verified says who somebody is.
      if (socket.authorized !== true) return undefined;
      return socket.getPeerX509Certificate?.()?.fingerprint256;
    }
  }
}

/** The first cookie of that name (RFC 6265 §5.4 sends the most specific one first). */
function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals >= 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
