/** A JSON Web Key Set (RFC 7517 §5) as tokens are checked with it. */
import type { FindKey, JoseLibrary } from './jose-library.ts';

export interface KeySet {
  readonly find: FindKey;
  /** What it was made of: two sets of the same text are one. */
  readonly text: string;
}

/** Larger ones are no key sets. */
export const LARGEST_KEY_SET = 64 * 1024;

/** Kinds of keys a signature can be checked with by everybody. */
const PUBLIC_KINDS: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);

/** `text`: JSON. Throws with what is wrong with it. */
export function parseKeySet(text: string, jose: JoseLibrary): KeySet {
  if (text.length > LARGEST_KEY_SET) throw new Error(`a key set of more than ${LARGEST_KEY_SET / 1024} KiB`);
  let set: { readonly keys?: unknown };
  try {
    set = JSON.parse(text) as { readonly keys?: unknown };
  } catch {
    throw new Error('not JSON');
  }
  const keys = Array.isArray(set?.keys) ? (set.keys as readonly Readonly<Record<string, unknown>>[]) : [];
  if (!keys.some((key) => PUBLIC_KINDS.has(key?.['kty']))) throw new Error('no JSON Web Key Set with a public key');
  if (keys.some((key) => key?.['d'] !== undefined || key?.['k'] !== undefined))
    throw new Error('the key set holds secret keys; it must have public ones only');
  return { find: jose.createLocalJWKSet({ keys }), text };
}
