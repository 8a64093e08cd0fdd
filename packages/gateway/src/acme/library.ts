/** The package `acme-client`, as far as it is used. It is loaded only where certificates are ordered. */
import { importPackage } from '../services/import-package.ts';

export interface AcmeLibrary {
  readonly Client: new (options: {
    readonly directoryUrl: string;
    readonly accountKey: Buffer;
    /** Of an account that was registered before. */
    readonly accountUrl?: string;
    readonly backoffAttempts: number;
  }) => AcmeClient;
  readonly crypto: {
    createPrivateEcdsaKey(): Promise<Buffer>;
    createCsr(
      names: { readonly commonName: string; readonly altNames: readonly string[] },
      key: Buffer,
    ): Promise<[key: Buffer, request: Buffer]>;
    /** The certificate of RFC 8737 §3, signed with its own key. */
    createAlpnCertificate(
      authorization: Authorization,
      answer: string,
      key: Buffer,
    ): Promise<[key: Buffer, certificate: Buffer]>;
  };
  /** What it asks the authority with. */
  readonly axios: {
    readonly defaults: {
      httpsAgent?: unknown;
      timeout?: number;
      readonly acmeSettings: { retryMaxAttempts: number };
    };
  };
}

export interface AcmeClient {
  getAccountUrl(): string;
  auto(options: {
    readonly csr: Buffer;
    readonly email?: string;
    readonly termsOfServiceAgreed: boolean;
    /** Nobody but the authority has to reach us. */
    readonly skipChallengeVerification: true;
    readonly challengePriority: readonly string[];
    challengeCreateFn(authorization: Authorization, challenge: Challenge, answer: string): Promise<void>;
    challengeRemoveFn(authorization: Authorization, challenge: Challenge): Promise<void>;
  }): Promise<string>;
}

/** What the authority wants to see proved. */
export interface Authorization {
  readonly identifier: { readonly value: string };
}

export interface Challenge {
  readonly type: string;
  readonly token: string;
}

/** Rejects with what to do when the package is not installed. */
export async function loadAcmeLibrary(): Promise<AcmeLibrary> {
  const { default: library } = await importPackage<{ readonly default: AcmeLibrary }>(
    'acme-client',
    'automatic certificates need',
  );
  return library;
}
