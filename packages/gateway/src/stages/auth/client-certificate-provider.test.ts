import { describe, expect, it } from 'vitest';
import type { CertificateName } from '../../config/sections/auth/client-certificate.ts';
import type { ClientIdentity } from '../../listener/client-identity.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { ClientCertificateProvider } from './client-certificate-provider.ts';

const IDENTITY: ClientIdentity = {
  verified: 'SUCCESS',
  subject: 'CN=alice,O=Test',
  fingerprint: '3a91ff',
  commonNames: ['alice'],
  alternativeNames: { email: ['alice@a.test'], dns: ['Alice.test'], uri: ['spiffe://a/alice', 'spiffe://a/b'] },
};

function identify(
  identity: ClientIdentity | undefined,
  userFrom: CertificateName,
  users: Readonly<Record<string, string>> = {},
): unknown {
  const provider = new ClientCertificateProvider('p', { userFrom, users: new Map(Object.entries(users)) });
  // Only what the provider looks at.
  const found = provider.identify({ clientIdentity: identity } as Exchange);
  return found?.principal?.user ?? found?.rejection?.reason;
}

describe('who a certificate names', () => {
  it.each<[CertificateName, string]>([
    ['common_name', 'alice'],
    ['subject', 'CN=alice,O=Test'],
    ['email', 'alice@a.test'],
    ['dns', 'Alice.test'],
    ['fingerprint', '3a91ff'],
    ['uri', 'the certificate of the client has more than one uri'],
  ])('by its %s', (from, user) => expect(identify(IDENTITY, from)).toBe(user));

  it('is translated, and nobody else is known', () => {
    expect(identify(IDENTITY, 'fingerprint', { '3A:91:FF': 'pump-1' })).toBe('pump-1');
    expect(identify(IDENTITY, 'dns', { 'ALICE.TEST': 'jörg' })).toBe(Buffer.from('jörg').toString('latin1'));
    expect(identify(IDENTITY, 'common_name', { Alice: 'x' })).toBe('nobody is known by the common_name "alice"');
  });

  it('is nobody without a name, with two, or with one that would break a line', () => {
    const named = (...commonNames: string[]): unknown => identify({ ...IDENTITY, commonNames }, 'common_name');
    expect(named()).toBe('the certificate of the client has no common_name');
    expect(named('alice', 'root')).toBe('the certificate of the client has more than one common_name');
    expect(named('alice\nroot')).toBe("the common_name of the client's certificate is no user name");
    expect(named('')).toBe("the common_name of the client's certificate is no user name");
  });

  it('is nobody where it was not verified', () => {
    expect(identify({ verified: 'FAILED:CERT_HAS_EXPIRED' }, 'common_name')).toBe(
      'the certificate of the client is not good (FAILED:CERT_HAS_EXPIRED)',
    );
    expect(identify({ verified: 'NONE' }, 'common_name')).toBeUndefined();
    expect(identify(undefined, 'common_name')).toBeUndefined();
  });
});
