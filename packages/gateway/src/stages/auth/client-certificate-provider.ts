import type { CertificateProviderConfig } from '../../config/sections/auth/client-certificate.ts';
import type { ClientIdentity } from '../../listener/client-identity.ts';
import { utf8Bytes } from '../../listener/utf8-bytes.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { type AuthProvider, type Finding, isUsableName, type Rejection } from './principal.ts';

/** Whoever the certificate of the connection names. The listener has verified it; others count as none. */
export class ClientCertificateProvider implements AuthProvider {
  readonly kind = 'client_certificate';
  readonly name: string;
  readonly place = undefined;
  readonly passesCredentials = false;
  readonly #config: CertificateProviderConfig;
  readonly #users: ReadonlyMap<string, string>;

  constructor(name: string, config: CertificateProviderConfig) {
    this.name = name;
    this.#config = config;
    this.#users = new Map([...config.users].map(([from, user]) => [this.#normal(utf8Bytes(from)), utf8Bytes(user)]));
  }

  identify({ clientIdentity }: Exchange): Finding | undefined {
    if (clientIdentity === undefined || clientIdentity.verified === 'NONE') return undefined;
    if (clientIdentity.verified !== 'SUCCESS')
      return refused(`the certificate of the client is not good (${clientIdentity.verified})`);
    const { userFrom } = this.#config;
    const [name, ...more] = namesOf(clientIdentity, userFrom);
    if (name === undefined) return refused(`the certificate of the client has no ${userFrom}`);
    if (more.length > 0) return refused(`the certificate of the client has more than one ${userFrom}`);
    const user = this.#users.size === 0 ? name : this.#users.get(this.#normal(name));
    if (user === undefined) return refused(`nobody is known by the ${userFrom} ${JSON.stringify(name)}`);
    if (!isUsableName(user)) return refused(`the ${userFrom} of the client's certificate is no user name`);
    return { principal: { user, groups: [], provider: this.name, type: 'Certificate' } };
  }

  /** Certificates are presented in the handshake; no header can ask for one. */
  challenge(): undefined {
    return undefined;
  }

  /** Fingerprints are written with colons or without, hosts in any case. */
  #normal(name: string): string {
    if (this.#config.userFrom === 'fingerprint') return name.replaceAll(':', '').toLowerCase();
    return this.#config.userFrom === 'dns' ? name.toLowerCase() : name;
  }
}

function namesOf(identity: ClientIdentity, from: CertificateProviderConfig['userFrom']): readonly string[] {
  switch (from) {
    case 'subject':
      return identity.subject === undefined ? [] : [identity.subject];
    case 'fingerprint':
      return identity.fingerprint === undefined ? [] : [identity.fingerprint];
    case 'common_name':
      return identity.commonNames ?? [];
    case 'email':
    case 'dns':
    case 'uri':
      return identity.alternativeNames?.[from] ?? [];
  }
}

function refused(reason: string): { readonly rejection: Rejection } {
  return { rejection: { reason, description: 'The certificate is of nobody known here', isGuess: false } };
}
