/** One set of rules for every kind of provider, over real sockets: HTTP/1 and HTTP/2, each with every kind of credentials. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectStreams } from 'node:http2';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { mintUploadToken } from '../../src/stages/auth/upload-token/upload-token.ts';
import { makeAuthority, makeCertificate } from '../support/certificate.ts';
import { gateOn, type RunningGate, testConfig, testFolder } from '../support/gate.ts';
import { startUpstream, type TestUpstream } from '../support/upstream.ts';
import { AUDIENCE, ISSUER, makeIssuer, secondsFromNow, tokenWithSecret } from './issuer.ts';
import { passwords } from './passwords.ts';

const SECRET = 'a common secret of more than thirty-two bytes';
const UPLOAD_SECRET = 'another common secret of more than thirty-two';

/** Who asks: `expired` credentials were good once, those of `mallory` are good and of somebody who is in no group. */
const CASES = ['no credentials', 'wrong', 'expired', 'right', 'right but not in the group'] as const;
type Case = (typeof CASES)[number];

interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: { readonly cert: string; readonly key: string };
}

interface Provider {
  readonly path: string;
  readonly sent: Readonly<Record<Case, Credentials>>;
  /** Statuses in the order of the cases. */
  readonly expected: readonly number[];
}

interface Site {
  readonly gate: RunningGate;
  readonly upstream: TestUpstream;
  readonly providers: Readonly<Record<string, Provider>>;
}

async function startSite(): Promise<Site> {
  const folder = testFolder();
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const server = makeCertificate(folder, 'gate.test');
  const authority = makeAuthority(folder, 'clients');
  const stranger = makeAuthority(testFolder(), 'strangers');
  const issuer = makeIssuer('one');
  const other = makeIssuer('one');
  write('htpasswd', passwords({ alice: 'right', mallory: 'right' }));
  write('groups', 'staff: alice\n');
  write('keys.json', JSON.stringify({ keys: [issuer.jwk] }));
  write('secret', SECRET);
  write('upload.secret', UPLOAD_SECRET);
  const upstream = await startUpstream();
  const jwt = `issuer: "${ISSUER}", audience: ${AUDIENCE}`;
  const config = testConfig(folder, upstream.port, {
    yaml: `
listeners:
  - port: 0
    http2: true
    tls: { certificate: ${server.cert}, key: ${server.key}, client_certificate: optional, client_ca: ${authority.ca} }
auth:
  realm: members
  group_file: groups
  basic: { passwords: htpasswd }
  jwt:
    tokens: { keys: keys.json, algorithms: ES256, ${jwt} }
    cookies: { keys: keys.json, algorithms: ES256, cookie: session, ${jwt} }
    secrets: { secret_file: secret, algorithms: HS256, ${jwt} }
  client_certificate: { certificates: { user_from: common_name } }
  upload_token: { uploads: { secret_files: upload.secret } }
  policies:
    members: [all: [group staff, not user eve]]
  headers: { user: X-User }
routes:
${['passwords', 'tokens', 'cookies', 'secrets', 'certificates', 'uploads']
  .map(
    (name) => `  - { path: /${name}, upstream: app, waf: off, auth: { providers: ${name}, require: policy members } }`,
  )
  .join('\n')}
  - { path: /all, upstream: app, waf: off, auth: { providers: [certificates, passwords, tokens, cookies, uploads], require: policy members } }
`,
  });
  const gateway = await createGateway(config);
  onTestFinished(() => gateway.close(0));
  const [address] = await gateway.listen();

  const basic = (user: string, password: string): Credentials => ({
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });
  const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });
  const cookie = (token: string): Credentials => ({ headers: { cookie: `a=b; session=${token}` } });
  const past = { iat: secondsFromNow(-600), exp: secondsFromNow(-300) };
  const nobody = { sub: 'mallory', groups: [] };
  const upload = (user: string, seconds = 60, secret = UPLOAD_SECRET): string =>
    mintUploadToken(
      {
        user,
        groups: [],
        methods: ['GET'],
        path: '/',
        maxBytes: 10,
        issuedAt: secondsFromNow(-600),
        expires: secondsFromNow(seconds),
      },
      Buffer.from(secret),
    );
  const three = (
    none: Credentials,
    wrong: Credentials,
    expired: Credentials,
    right: Credentials,
    foreign: Credentials,
  ) => ({
    'no credentials': none,
    wrong,
    expired,
    right,
    'right but not in the group': foreign,
  });
  const usual = [401, 401, 401, 200, 403];
  return {
    gate: gateOn(gateway, address?.port ?? 0, folder),
    upstream,
    providers: {
      passwords: {
        path: '/passwords',
        // Passwords have no end; a user who was taken out of the file is the same.
        sent: three(
          {},
          basic('alice', 'wrong'),
          basic('former', 'right'),
          basic('alice', 'right'),
          basic('mallory', 'right'),
        ),
        expected: usual,
      },
      tokens: {
        path: '/tokens',
        sent: three(
          {},
          bearer(other.token()),
          bearer(issuer.token(past)),
          bearer(issuer.token()),
          bearer(issuer.token(nobody)),
        ),
        expected: usual,
      },
      cookies: {
        path: '/cookies',
        sent: three(
          {},
          cookie(other.token()),
          cookie(issuer.token(past)),
          cookie(issuer.token()),
          cookie(issuer.token(nobody)),
        ),
        expected: usual,
      },
      secrets: {
        path: '/secrets',
        sent: three(
          {},
          bearer(tokenWithSecret('a secret that is long enough but another')),
          bearer(tokenWithSecret(SECRET, past)),
          bearer(tokenWithSecret(SECRET)),
          bearer(tokenWithSecret(SECRET, nobody)),
        ),
        expected: usual,
      },
      certificates: {
        path: '/certificates',
        sent: three(
          {},
          { certificate: stranger.issue('alice') },
          { certificate: authority.issue('alice-old', { days: -1 }) },
          { certificate: authority.issue('alice') },
          { certificate: authority.issue('mallory') },
        ),
        // No header can ask for a certificate, so there is nothing to ask for with 401.
        expected: [403, 403, 403, 200, 403],
      },
      uploads: {
        path: '/uploads',
        sent: three(
          {},
          bearer(upload('alice', 60, 'a secret that is long enough but another')),
          bearer(upload('alice', -1)),
          bearer(upload('alice')),
          bearer(upload('mallory')),
        ),
        expected: usual,
      },
    },
  };
}

interface Seen {
  readonly status: number;
  readonly challenges: readonly string[];
}

function askHttp1(port: number, path: string, { headers = {}, certificate }: Credentials): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const tls = { rejectUnauthorized: false, ...(certificate && filesOf(certificate)) };
    const asked = request(
      { port, host: '127.0.0.1', path, agent: false, headers: { host: 'gate.test', ...headers }, ...tls },
      (answer) => {
        answer.resume().on('end', () => {
          const challenges = answer.rawHeaders.filter(
            (_, at) => answer.rawHeaders[at - 1]?.toLowerCase() === 'www-authenticate',
          );
          resolve({ status: answer.statusCode ?? 0, challenges });
        });
      },
    );
    asked.on('error', reject).end();
  });
}

function askHttp2(port: number, path: string, { headers = {}, certificate }: Credentials): Promise<Seen> {
  const session = connectStreams(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    ...(certificate && filesOf(certificate)),
  });
  return new Promise<Seen>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({ ':path': path, ':authority': 'gate.test', ...headers });
    stream.on('error', reject).on('response', (answer) => {
      stream.resume().on('end', () => {
        const challenge = answer['www-authenticate'];
        resolve({ status: Number(answer[':status']), challenges: challenge === undefined ? [] : [challenge].flat() });
      });
    });
  }).finally(() => session.destroy());
}

function filesOf({ cert, key }: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

describe('the same rules with every provider', () => {
  it.each([
    ['HTTP/1', askHttp1],
    ['HTTP/2', askHttp2],
  ] as const)('%s', async (_, ask) => {
    const { gate, upstream, providers } = await startSite();
    const found: Record<string, readonly number[]> = {};
    for (const [name, { path, sent }] of Object.entries(providers)) {
      const statuses: number[] = [];
      for (const one of CASES) statuses.push((await ask(gate.port, path, sent[one])).status);
      found[name] = statuses;
    }
    expect(found).toEqual(
      Object.fromEntries(Object.entries(providers).map(([name, { expected }]) => [name, expected])),
    );
    // Only those who may have it got through, and the application knows whom it serves, but no credentials.
    expect(upstream.seen).toHaveLength(Object.keys(providers).length);
    for (const { headers } of upstream.seen) {
      expect(headers).toMatchObject({ 'x-user': 'alice' });
      expect(headers['authorization']).toBeUndefined();
      expect(headers['cookie'] ?? 'a=b').toBe('a=b');
    }
    const log = (await gate.accessLog()).trimEnd().split('\n');
    expect(log.filter((line) => / alice \[.*" 200 /.test(line))).toHaveLength(Object.keys(providers).length);
    expect(log.filter((line) => / mallory \[.*" 403 /.test(line))).toHaveLength(Object.keys(providers).length);
  });

  it('a route that takes several kinds asks for all of them', async () => {
    const { gate, providers } = await startSite();
    const anonymous = await askHttp1(gate.port, '/all', {});
    expect(anonymous).toEqual({
      status: 401,
      challenges: ['Basic realm="members", charset="UTF-8"', 'Bearer realm="members"'],
    });
    for (const [name, { sent }] of Object.entries(providers)) {
      if (name === 'secrets') continue;
      expect([name, (await askHttp1(gate.port, '/all', sent.right)).status]).toEqual([name, 200]);
    }
    // Node joins what came as two fields.
    expect((await askHttp2(gate.port, '/all', {})).challenges.join(', ')).toBe(anonymous.challenges.join(', '));
    const expired = await askHttp1(gate.port, '/all', providers['tokens']?.sent.expired ?? {});
    expect(expired.challenges).toContain(
      'Bearer realm="members", error="invalid_token", error_description="The token has expired"',
    );
  });
});
