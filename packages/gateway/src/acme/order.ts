import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import type { AcmeConfig } from '../config/sections/acme.ts';
import type { CertifiedKey } from '../listener/certificates.ts';
import type { AcmeLibrary, Authorization } from './library.ts';
import type { AcmeStorage } from './storage.ts';

/** Longest wait for one answer of the authority, in milliseconds. */
const ANSWER_TIMEOUT = 30_000;
/** How often the library asks whether a challenge has been looked at, with growing pauses of its own. */
const STATUS_QUERIES = 10;

/** Orders a certificate for the names. Rejects when the authority is away or does not agree. */
export async function orderCertificate(
  library: AcmeLibrary,
  config: AcmeConfig,
  storage: AcmeStorage,
  names: readonly string[],
): Promise<CertifiedKey> {
  library.axios.defaults.timeout = ANSWER_TIMEOUT;
  // An authority that is away is asked again later, and less often.
  library.axios.defaults.acmeSettings.retryMaxAttempts = 1;
  if (config.ca !== undefined) library.axios.defaults.httpsAgent = new Agent({ ca: readFileSync(config.ca) });
  let accountKey = storage.readAccountKey();
  if (accountKey === undefined) {
    accountKey = await library.crypto.createPrivateEcdsaKey();
    storage.writeAccountKey(accountKey);
  }
  // Registering again is an update of the account, and one without a mail address is empty, which authorities may refuse.
  const accountUrl = storage.readAccountUrl(config.directory);
  const client = new library.Client({
    directoryUrl: config.directory,
    accountKey,
    ...(accountUrl !== undefined && { accountUrl }),
    backoffAttempts: STATUS_QUERIES,
  });
  // An account that is gone must not stand in the way of the next order; a successful one notes it again.
  if (accountUrl !== undefined) storage.removeAccountUrl();
  const [key, csr] = await library.crypto.createCsr(
    { commonName: names[0] as string, altNames: names },
    await library.crypto.createPrivateEcdsaKey(),
  );
  const chain = await client.auto({
    csr,
    ...(config.email !== undefined && { email: config.email }),
    termsOfServiceAgreed: config.termsAgreed,
    skipChallengeVerification: true,
    challengePriority: [config.challenge],
    challengeCreateFn: async (authorization, { type, token }, answer) => {
      // The library takes another kind where the authority does not offer the one that is wanted.
      if (type !== config.challenge) throw new Error(`the authority offers no ${config.challenge} challenge`);
      if (type === 'http-01') storage.writeChallenge(token, answer);
      else storage.writeChallengeCertificate(nameOf(authorization), await proof(library, authorization, answer));
    },
    challengeRemoveFn: async (authorization, { type, token }) => {
      if (type === 'http-01') storage.removeChallenge(token);
      else storage.removeChallengeCertificate(nameOf(authorization));
    },
  });
  storage.writeAccountUrl(config.directory, client.getAccountUrl());
  return { cert: Buffer.from(chain), key };
}

/** Its key is of the kind certificates are ordered with: the kind is settled in a handshake before anybody knows what it is for. */
async function proof(library: AcmeLibrary, authorization: Authorization, answer: string): Promise<CertifiedKey> {
  const { crypto } = library;
  const [key, cert] = await crypto.createAlpnCertificate(authorization, answer, await crypto.createPrivateEcdsaKey());
  return { key, cert };
}

function nameOf({ identifier }: Authorization): string {
  return identifier.value.toLowerCase();
}
