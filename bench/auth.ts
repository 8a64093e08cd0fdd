/**
 * What does it cost to find out who sends a request, the first time and again?
 *
 *     node --conditions=sallyport-source bench/auth.ts [--rounds 20000]
 *
 * The stage of the gate in this process, without sockets: a route with one provider and `require: group staff`. "First" are
 * credentials that were not seen before. Passwords are hashed with bcrypt of cost 10, tokens signed with ES256.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contradictions, parseConfig } from '../packages/gateway/src/config/load.ts';
import type { Exchange } from '../packages/gateway/src/proxy/exchange.ts';
import { openAuthentication } from '../packages/gateway/src/stages/auth/authentication.ts';
import { loadBcrypt } from '../packages/gateway/src/stages/auth/basic/bcrypt-library.ts';
import { PasswordThreads } from '../packages/gateway/src/stages/auth/basic/password-threads.ts';
import { RouteAuth } from '../packages/gateway/src/stages/auth/route-auth.ts';
import { RevokedTokens } from '../packages/gateway/src/stages/auth/upload-token/revoked-tokens.ts';
import { mintUploadToken } from '../packages/gateway/src/stages/auth/upload-token/upload-token.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20000' } } });
const rounds = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), 'bench-auth-'));
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secret = Buffer.from('a secret of at least thirty-two bytes');
const write = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);
const bcrypt = (await loadBcrypt()) as unknown as { hashSync(password: string, cost: number): string };
write('htpasswd', `alice:${bcrypt.hashSync('right', 10)}\n`);
write('groups', 'staff: alice\n');
write('keys.json', JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] }));
write('secret', secret);
const { config, mistakes } = parseConfig(
  `upstreams: { app: "http://127.0.0.1:1" }
auth:
  group_file: groups
  basic: { passwords: htpasswd }
  jwt: { tokens: { keys: keys.json, algorithms: ES256, issuer: i, audience: a } }
  upload_token: { uploads: secret }
routes: [{ upstream: app, auth: { providers: [passwords, tokens, uploads] } }]`,
  join(folder, 'sallyport.yaml'),
);
if (config === undefined || contradictions(config).length > 0) throw new Error(JSON.stringify(mistakes));
const threads = new PasswordThreads();
const authentication = await openAuthentication(config.auth, {
  threads,
  revoked: new RevokedTokens(),
  say: (_, line) => console.error(line),
});

const now = Math.floor(Date.now() / 1000);
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(number: number): string {
  const claims = { sub: 'alice', iss: 'i', aud: 'a', iat: now, exp: now + 3600, jti: String(number) };
  const text = `${encoded({ alg: 'ES256', kid: 'k' })}.${encoded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
const upload = (): string =>
  mintUploadToken(
    { user: 'alice', groups: [], methods: ['PUT'], path: '/up', maxBytes: 1000, issuedAt: now, expires: now + 3600 },
    secret,
  );
const password = `Basic ${Buffer.from('alice:right').toString('base64')}`;

/** Only what the stage looks at. */
function exchangeWith(authorization: string): Exchange {
  return {
    client: { address: '192.0.2.1', port: 1 },
    server: { address: '192.0.2.9', port: 443 },
    clientIdentity: undefined,
    head: { method: 'PUT', target: { path: '/up/1' }, lowerNames: ['authorization'], values: [authorization] },
    gate: { floods: { loginHold: () => undefined, loginFailed: () => {} } },
  } as unknown as Exchange;
}

async function measure(
  name: string,
  provider: string,
  count: number,
  credentials: (at: number) => string,
): Promise<void> {
  const rules = [{ is: 'group', names: ['staff'] }] as const;
  const route = new RouteAuth({ providers: [provider], require: rules }, authentication);
  const exchanges = Array.from({ length: count }, (_, at) => exchangeWith(credentials(at)));
  const started = process.hrtime.bigint();
  for (const exchange of exchanges) {
    const admitted = route.admit(exchange);
    if (admitted !== undefined) await admitted;
  }
  const microseconds = Number(process.hrtime.bigint() - started) / 1000 / count;
  console.log(`${name.padEnd(28)} ${microseconds < 100 ? microseconds.toFixed(1) : Math.round(microseconds)} µs`);
}

const first = Math.min(rounds, 2000);
const tokens = Array.from({ length: first }, (_, at) => `Bearer ${token(at)}`);
await measure('password, first', 'passwords', 1, () => password);
await measure('password, again', 'passwords', rounds, () => password);
await measure('token, first', 'tokens', first, (at) => tokens[at] as string);
await measure('token, again', 'tokens', rounds, () => tokens[first - 1] as string);
const one = `Bearer ${upload()}`;
await measure('upload token', 'uploads', rounds, () => one);
await threads.close();
rmSync(folder, { recursive: true });
