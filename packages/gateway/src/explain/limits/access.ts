/** Who may have a route, in words: rules, providers, and what becomes of a request without credentials. */
import type { Config, RouteConfig } from '../../config/config.ts';
import { type AccessRule, printRule } from '../../config/sections/access-rules.ts';
import { isAddress } from '../../config/sections/auth/jwt.ts';
import { type AuthConfig, type ProviderKind, providerKinds } from '../../config/sections/auth.ts';
import type { Whereabouts } from '../../config/where.ts';
import { compileRules } from '../../stages/auth/access-rules.ts';

export interface ExplainedAccess {
  /** `sallyport.yaml:3:5`; `default` where the route says nothing. */
  readonly from: string;
  /** One of these has to say yes. A group stands below its word, two blanks further in. */
  readonly rules: readonly string[];
  /** Asked in this order who the client is. */
  readonly providers: readonly ExplainedProvider[];
  /** What happens to a client at an address no rule names, without credentials. */
  readonly stranger: string;
}

export interface ExplainedProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  /** Credentials, where they are expected, and what they are checked with. */
  readonly takes: string;
  readonly from: string;
}

/** Undefined where everybody may have it. */
export function explainAccess(
  { auth }: Pick<Config, 'auth'>,
  { auth: wanted }: RouteConfig,
  { where, routeAt, method }: { readonly where: Whereabouts; readonly routeAt: number; readonly method: string },
): ExplainedAccess | undefined {
  if (wanted === undefined) return undefined;
  const kinds = providerKinds(auth);
  const providers = wanted.providers.map((name): ExplainedProvider => {
    const kind = kinds.get(name) as ProviderKind;
    const from = where.find(['auth', KEYS[kind], name]) ?? 'default';
    return { name, kind, takes: takesOf(name, kind, auth), from };
  });
  const decide = compileRules(wanted.require, auth.policies);
  // No list of networks has the empty address.
  const verdict = decide({ principal: undefined, clientAddress: '', serverAddress: '-', method });
  const schemes = [...new Set(providers.flatMap(({ kind }) => SCHEMES[kind] ?? []))];
  const asked = providers.find(({ kind }) => kind === 'forward')?.name;
  const own = schemes.length > 0 ? `401, asked for ${schemes.join(' or ')}` : '403';
  const login = asked === undefined ? own : `as ${auth.forward.get(asked)?.url} says`;
  return {
    from: where.find(['routes', routeAt, 'auth']) ?? 'default',
    rules: wanted.require.flatMap((rule) => linesOf(rule, auth, '')),
    providers,
    stranger: verdict === 'granted' ? 'let in' : verdict === 'login' ? login : '403',
  };
}

/** What is doubtful about it. `isSecure`: the address is one of TLS. */
export function warningsOfAccess(access: ExplainedAccess | undefined, isSecure: boolean): readonly string[] {
  const basic = access?.providers.find(({ kind }) => kind === 'basic');
  if (basic === undefined || isSecure) return [];
  return [
    `Passwords for "${basic.name}" cross this listener in the clear; give it "tls", or have TLS ended in front of it.`,
  ];
}

/** Lines for people. */
export function renderAccess({ from, rules, providers, stranger }: ExplainedAccess): readonly string[] {
  return [
    `who may have it (${from}):`,
    ...rules.map((rule) => `  ${rule}`),
    ...providers.map(({ name, kind, takes, from: place }, at) => {
      return `${at === 0 ? 'asked: ' : '  then '}${name} (${kind}): ${takes} (${place})`;
    }),
    `a stranger without credentials: ${stranger}`,
  ];
}

const KEYS: Readonly<Record<ProviderKind, string>> = {
  basic: 'basic',
  jwt: 'jwt',
  client_certificate: 'clientCertificate',
  upload_token: 'uploadToken',
  forward: 'forward',
};

const SCHEMES: Readonly<Partial<Record<ProviderKind, string>>> = {
  basic: 'Basic',
  jwt: 'Bearer',
  upload_token: 'Bearer',
};

function takesOf(name: string, kind: ProviderKind, auth: AuthConfig): string {
  switch (kind) {
    case 'basic':
      return `user and password, from ${auth.basic.get(name)?.file}`;
    case 'jwt': {
      const { cookie, keys, secretFile, algorithms = [], issuer } = auth.jwt.get(name) ?? {};
      const place = cookie === undefined ? 'Authorization: Bearer' : `the cookie ${cookie}`;
      const source = keys === undefined ? `secret in ${secretFile}` : `keys ${isAddress(keys) ? 'at' : 'in'} ${keys}`;
      return `a token of ${issuer} in ${place}, ${algorithms.join(' or ')}, ${source}`;
    }
    case 'client_certificate':
      return `the certificate of the client, by its ${auth.clientCertificate.get(name)?.userFrom}`;
    case 'upload_token':
      return auth.uploadToken.get(name)?.header === 'authorization'
        ? 'an upload token in Authorization: Bearer'
        : 'an upload token in Upload-Token';
    case 'forward': {
      const { url, requestHeaders = [] } = auth.forward.get(name) ?? {};
      return `what ${url} says to ${requestHeaders.join(', ')}`;
    }
  }
}

function linesOf(rule: AccessRule, auth: AuthConfig, indent: string): readonly string[] {
  const below = (rules: readonly AccessRule[]): readonly string[] =>
    rules.flatMap((one) => linesOf(one, auth, `${indent}  `));
  if (rule.is === 'policy')
    return [`${indent}policy ${rule.name}, any of:`, ...below(auth.policies.get(rule.name) ?? [])];
  if ('rules' in rule) return [`${indent}${rule.is} of:`, ...below(rule.rules)];
  return [indent + printRule(rule)];
}
