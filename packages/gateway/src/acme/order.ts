import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import type { AcmeConfig } from '../config/sections/acme.ts';
import type { CertifiedKey } from '../listener/certificates.ts';
import type { AcmeLibrary } from './library.ts';
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
  const client = new library.Client({ directoryUrl: config.directory, accountKey, backoffAttempts: STATUS_QUERIES });
  const [key, csr] = await library.crypto.createCsr(
    { commonName: names[0] as string, altNames: names },
    await library.crypto.createPrivateEcdsaKey(),
  );
  const chain = await client.auto({
    csr,
    ...(config.email !== undefined && { email: config.email }),
    termsOfServiceAgreed: config.termsAgreed,
    skipChallengeVerification: true,
    challengePriority: ['http-01'],
    challengeCreateFn: async (_authorization, { token }, answer) => storage.writeChallenge(token, answer),
    challengeRemoveFn: async (_authorization, { token }) => storage.removeChallenge(token),
  });
  return { cert: Buffer.from(chain), key };
}
