import type { AuthConfig } from '../../config/sections/auth.ts';
import { BasicProvider } from './basic/basic-provider.ts';
import { loadBcrypt } from './basic/bcrypt-library.ts';
import type { PasswordThreads } from './basic/password-threads.ts';
import { ClientCertificateProvider } from './client-certificate-provider.ts';
import { ForwardProvider } from './forward-provider.ts';
import { FreshFile } from './fresh-file.ts';
import { type Memberships, parseGroupFile } from './group-file.ts';
import { loadJose } from './jwt/jose-library.ts';
import { JwtProvider } from './jwt/jwt-provider.ts';
import type { AuthProvider } from './principal.ts';
import type { RevokedTokens } from './upload-token/revoked-tokens.ts';
import { UploadTokenProvider } from './upload-token/upload-token-provider.ts';

/** Everything of `auth` that routes share, loaded. */
export interface Authentication {
  readonly config: AuthConfig;
  readonly providers: ReadonlyMap<string, AuthProvider>;
  /** Groups of users beside those their credentials name. */
  readonly groups: FreshFile<Memberships> | undefined;
}

export interface AuthenticationOptions {
  readonly threads: PasswordThreads;
  readonly revoked: RevokedTokens;
  readonly say: (level: 'error' | 'notice', line: string) => void;
}

/** Rejects when a file cannot be read or has mistakes, or a package is missing. Addresses of keys are not asked yet. */
export async function openAuthentication(
  config: AuthConfig,
  { threads, revoked, say }: AuthenticationOptions,
): Promise<Authentication> {
  const { realm, groupFile } = config;
  const providers: AuthProvider[] = [];
  for (const [name, provider] of config.basic) {
    const opened = new BasicProvider({ name, config: provider, realm, threads, say });
    if (opened.needsBcrypt) await loadBcrypt();
    providers.push(opened);
  }
  if (config.jwt.size > 0) {
    const jose = await loadJose();
    for (const [name, provider] of config.jwt) {
      providers.push(new JwtProvider({ name, config: provider, realm, jose, say }));
    }
  }
  for (const [name, provider] of config.clientCertificate) {
    providers.push(new ClientCertificateProvider(name, provider));
  }
  for (const [name, provider] of config.uploadToken)
    providers.push(new UploadTokenProvider(name, provider, realm, revoked));
  for (const [name, provider] of config.forward) providers.push(new ForwardProvider(name, provider));
  return {
    config,
    providers: new Map(providers.map((one) => [one.name, one])),
    groups: groupFile === undefined ? undefined : new FreshFile({ path: groupFile, parse: parseGroupFile, say }),
  };
}
