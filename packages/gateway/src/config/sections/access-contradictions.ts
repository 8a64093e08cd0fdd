/** Rules about access and providers that contradict each other, or themselves. */
import { closest } from '../closest.ts';
import type { Config } from '../config.ts';
import { type AccessRule, printRule } from './access-rules.ts';
import type { JwtProviderConfig } from './auth/jwt.ts';
import type { RouteAuthConfig } from './auth/route-auth.ts';
import { type AuthConfig, providerKinds } from './auth.ts';

interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Report = (path: readonly (string | number)[], message: string) => void;

/** What is wrong with `auth` and what routes say of it. Paths begin at the root of the configuration. */
export function contradictionsOfAuth(config: Config): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const report: Report = (path, message) => found.push({ path, message });
  const { auth } = config;
  checkNames(auth, report);
  for (const [name, provider] of auth.jwt) checkJwt(provider, ['auth', 'jwt', name], report);
  for (const [name, { secretFiles }] of auth.uploadToken) {
    if (secretFiles.length === 0) report(['auth', 'uploadToken', name, 'secretFiles'], 'a secret is needed');
  }
  for (const [name, { url, ca }] of auth.forward) {
    if (ca !== undefined && !url.startsWith('https:'))
      report(['auth', 'forward', name, 'ca'], '"ca" is for https:// only');
  }
  for (const [name, rules] of auth.policies) checkRules(auth, rules, ['auth', 'policies', name], report);
  const circle = [...auth.policies.keys()].find((name) => leadsTo(auth, name, name, new Set()));
  if (circle !== undefined) {
    report(['auth', 'policies', circle], `the policy "${circle}" asks itself`);
    // Whatever follows would go round in circles.
    return found;
  }
  const users = [
    ...config.routes.map(({ auth: route }, at) => ({ route, path: ['routes', at, 'auth'] })),
    ...[...config.deployments].map(([name, { auth: route }]) => ({ route, path: ['deployments', name, 'auth'] })),
  ];
  for (const { route, path } of users) if (route !== undefined) checkRoute(config, route, path, report);
  const isUsed = users.some(({ route }) => (route?.providers.length ?? 0) > 0);
  const [unused] = providerKinds(auth).keys();
  if (!isUsed && unused !== undefined) {
    report(
      ['auth'],
      `no route asks a provider, so nothing is protected; write "auth: { providers: ${unused} }" at a route`,
    );
  }
  return found;
}

function checkNames(auth: AuthConfig, report: Report): void {
  const taken = new Map<string, string>();
  for (const kind of ['basic', 'jwt', 'clientCertificate', 'uploadToken', 'forward'] as const) {
    for (const name of auth[kind].keys()) {
      const earlier = taken.get(name);
      if (earlier !== undefined) report(['auth', kind, name], `the name "${name}" is taken by another provider`);
      taken.set(name, kind);
    }
  }
  const headers = Object.values(auth.headers).map((name: string) => name.toLowerCase());
  const twice = headers.find((name, at) => headers.indexOf(name) !== at);
  if (twice !== undefined) report(['auth', 'headers'], `${twice} cannot say two things`);
}

function checkJwt(provider: JwtProviderConfig, path: readonly string[], report: Report): void {
  const { algorithms, keys, secretFile, ca, audience } = provider;
  const isCommon = algorithms.some((one) => one.startsWith('HS'));
  if (algorithms.length === 0) report([...path, 'algorithms'], 'no algorithm is allowed, so no token is');
  // A public key taken for the secret of an HMAC would let anybody sign.
  if (isCommon && algorithms.some((one) => !one.startsWith('HS')))
    report([...path, 'algorithms'], 'algorithms with a common secret (HS…) and with public keys need a provider each');
  else if (isCommon && (secretFile === undefined || keys !== undefined))
    report(path, 'HS256, HS384 and HS512 need "secret_file", and no "keys"');
  else if (!isCommon && (keys === undefined || secretFile !== undefined))
    report(path, 'these algorithms need "keys", and no "secret_file"');
  if (ca !== undefined && !keys?.startsWith('https:')) report([...path, 'ca'], '"ca" is for keys at an address only');
  if (audience.length === 0)
    report([...path, 'audience'], 'an audience is needed: tokens for others are not for this gate');
}

function checkRoute(config: Config, route: RouteAuthConfig, path: readonly (string | number)[], report: Report): void {
  const { auth } = config;
  const kinds = providerKinds(auth);
  route.providers.forEach((name, place) => {
    if (kinds.has(name)) {
      if (route.providers.indexOf(name) !== place) report([...path, 'providers', place], `"${name}" is listed twice`);
      return;
    }
    const near = closest(name, [...kinds.keys()]);
    const hint = near
      ? `; did you mean "${near}"?`
      : kinds.size > 0
        ? `; there is ${[...kinds.keys()].join(', ')}`
        : '';
    report([...path, 'providers', place], `there is no provider "${name}"${hint}`);
  });
  if (!checkRules(auth, route.require, [...path, 'require'], report)) return;
  const wanting = route.require.find((rule) => wantsUser(auth, rule));
  if (wanting !== undefined && route.providers.length === 0) {
    report(path, `"${printRule(wanting)}" asks who the client is, and the route has no "providers" to tell`);
  }
  if (wanting === undefined && route.providers.length > 0) {
    report([...path, 'providers'], 'no rule asks who the client is, so no provider is ever asked; add "valid-user"');
  }
  const asksCertificates = config.listeners.some(({ tls }) => (tls?.clientCertificate ?? 'none') !== 'none');
  const certificate = route.providers.find((name) => kinds.get(name) === 'client_certificate');
  if (certificate !== undefined && !asksCertificates) {
    report(
      [...path, 'providers'],
      `"${certificate}" needs certificates of clients, and no listener asks for them (tls.client_certificate)`,
    );
  }
  const names = route.require.flatMap((rule) => groupsIn(auth, rule));
  const hasGroups =
    auth.groupFile !== undefined ||
    route.providers.some((name) => ['jwt', 'upload_token', 'forward', undefined].includes(kinds.get(name)));
  if (names.length > 0 && !hasGroups) {
    report([...path, 'require'], `nobody is in the group "${names[0]}": there is no "auth.group_file"`);
  }
}

/** False when the rules are of no use, and further questions about them neither. */
function checkRules(
  auth: AuthConfig,
  rules: readonly AccessRule[],
  path: readonly (string | number)[],
  report: Report,
): boolean {
  const unknown = rules.flatMap(policiesIn).find((name) => !auth.policies.has(name));
  if (unknown !== undefined) {
    const near = closest(unknown, [...auth.policies.keys()]);
    report(path, `there is no policy "${unknown}"${near ? `; did you mean "${near}"?` : ''}`);
    return false;
  }
  if (rules.length === 0) {
    report(path, 'without a rule nobody gets in; write "all denied" if that is meant');
    return false;
  }
  const isDeliberate = rules.every(({ is }) => is === 'all denied');
  if (!isDeliberate && !rules.some((rule) => canGrant(rule))) {
    report(
      path,
      'these rules only say who may not, so nobody gets in; put them into "all" beside a rule that says who may',
    );
    return false;
  }
  if (rules.length > 1 && rules.some(({ is }) => is === 'all granted')) {
    report(
      path,
      '"all granted" lets everybody in, whatever the rules beside it say; put them into "all" if all have to hold',
    );
    return false;
  }
  return true;
}

function policiesIn(rule: AccessRule): readonly string[] {
  if (rule.is === 'policy') return [rule.name];
  return 'rules' in rule ? rule.rules.flatMap(policiesIn) : [];
}

function leadsTo(auth: AuthConfig, from: string, goal: string, seen: Set<string>): boolean {
  return (auth.policies.get(from) ?? []).flatMap(policiesIn).some((next) => {
    if (next === goal) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return leadsTo(auth, next, goal, seen);
  });
}

/** Whether it can ever let somebody in. What a policy grants is checked where it is written. */
export function canGrant(rule: AccessRule): boolean {
  switch (rule.is) {
    case 'all denied':
    case 'none':
      return false;
    case 'any':
      return rule.rules.some(canGrant);
    case 'all':
      return rule.rules.some(canGrant) && !rule.rules.some(({ is }) => is === 'all denied');
    default:
      return true;
  }
}

/** Whether it asks who the client is. Policies must not go round in circles. */
export function wantsUser(auth: Pick<AuthConfig, 'policies'>, rule: AccessRule): boolean {
  switch (rule.is) {
    case 'valid-user':
    case 'user':
    case 'group':
      return true;
    case 'policy':
      return (auth.policies.get(rule.name) ?? []).some((one) => wantsUser(auth, one));
    case 'any':
    case 'all':
    case 'none':
      return rule.rules.some((one) => wantsUser(auth, one));
    default:
      return false;
  }
}

function groupsIn(auth: AuthConfig, rule: AccessRule): readonly string[] {
  if (rule.is === 'group') return rule.names;
  if (rule.is === 'policy') return (auth.policies.get(rule.name) ?? []).flatMap((one) => groupsIn(auth, one));
  return 'rules' in rule ? rule.rules.flatMap((one) => groupsIn(auth, one)) : [];
}
