/** The package `jose`, as far as it is used. It is loaded only where a provider takes tokens. */
import { importPackage } from '../../../services/import-package.ts';

/** Finds the key for a token by its head. */
export type FindKey = (head: unknown, token: unknown) => Promise<unknown>;

export interface VerifyOptions {
  readonly algorithms: readonly string[];
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Seconds. */
  readonly clockTolerance: number;
  /** Seconds. */
  readonly maxTokenAge?: number;
  readonly requiredClaims: readonly string[];
  readonly typ?: string;
  readonly currentDate: Date;
}

export interface VerifiedToken {
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface JoseLibrary {
  /** Throws for what is no key set. */
  createLocalJWKSet(set: unknown): FindKey;
  jwtVerify(token: string, key: Uint8Array | FindKey, options: VerifyOptions): Promise<VerifiedToken>;
}

/** Rejects with what to do when the package is not installed. */
export function loadJose(): Promise<JoseLibrary> {
  return importPackage('jose', 'providers of "auth.jwt" need');
}
