/** Signed tokens: what is not taken, and where keys come from. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { ask, open, receive } from '../support/client.ts';
import { testFolder } from '../support/gate.ts';
import { closedPort } from '../support/upstream.ts';
import { AUDIENCE, ISSUER, makeIssuer, secondsFromNow, tokenWithSecret, unsignedToken } from './issuer.ts';
import { type Site, startSite } from './site.ts';

const issuer = makeIssuer('one');
const rsa = makeIssuer('two', 'RS256');
const foreign = makeIssuer('one');
const PUBLIC_PEM = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const PUBLIC_DER = rsa.publicKey.export({ type: 'spki', format: 'der' });

async function startTokenSite(provider = 'keys: keys.json, algorithms: [ES256, RS256]', more = ''): Promise<Site> {
  return startSite({
    files: { 'keys.json': JSON.stringify({ keys: [issuer.jwk, rsa.jwk] }) },
    yaml: `
auth: { jwt: { api: { ${provider}, issuer: "${ISSUER}", audience: ${AUDIENCE} } } }
routes: [{ upstream: app, waf: off, auth: { providers: api } }]
${more}`,
  });
}

interface Asked {
  readonly status: number;
  readonly description: string;
}

async function present(site: Site, authorization: string | string[] | undefined): Promise<Asked> {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await ask(site.port, '/', { headers } as Parameters<typeof ask>[2]);
  const challenge = answer.headers['www-authenticate'] ?? '';
  return { status: answer.status, description: /error_description="([^"]*)"/.exec(challenge)?.[1] ?? challenge };
}

const swapped = (token: string, part: number, by: string): string =>
  token
    .split('.')
    .map((one, at) => (at === part ? by : one))
    .join('.');
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const EXPIRED = 'The token has expired';
const EARLY = 'The token is not valid yet';
const MALFORMED = 'The token is malformed';
const UNSIGNED = 'The signature of the token is not good';
const ELSEWHERE = 'The token is for another audience';
const OTHERS = 'The token is of another issuer';
const INCOMPLETE = 'The token lacks a claim';

/** What, the token, and what the client is told. */
const BAD: readonly (readonly [what: string, token: () => string, description: string])[] = [
  ['A75 alg none', () => unsignedToken({ alg: 'none' }), UNSIGNED],
  ['A75 alg None', () => unsignedToken({ alg: 'None' }), UNSIGNED],
  ['A75 alg none with a signature', () => unsignedToken({ alg: 'none', kid: 'one' }, 'AAAA'), UNSIGNED],
  ['A75 no alg', () => unsignedToken({ kid: 'one' }, 'AAAA'), MALFORMED],
  ['A75 HS256 with the public key as PEM', () => tokenWithSecret(PUBLIC_PEM, {}, { kid: 'two' }), UNSIGNED],
  ['A75 HS256 with the public key as DER', () => tokenWithSecret(PUBLIC_DER, {}, { kid: 'two' }), UNSIGNED],
  ['A75 HS256 with the key of the set as text', () => tokenWithSecret(JSON.stringify(rsa.jwk)), UNSIGNED],
  ['A76 the name of a good key, another key', () => foreign.token(), UNSIGNED],
  ['A76 the name of no key', () => issuer.token({}, { kid: 'three' }), UNSIGNED],
  ['A76 a path as the name of the key', () => issuer.token({}, { kid: '../../../dev/null' }), UNSIGNED],
  ['A76 the algorithm of another key', () => issuer.token({}, { kid: 'two' }), UNSIGNED],
  ['A75 RS256 said of an ES256 signature', () => issuer.token({}, { alg: 'RS256' }), UNSIGNED],
  ['A75 PS256, which is not listed', () => rsa.token({}, { alg: 'PS256' }), UNSIGNED],
  ['A76 its own key in the head', () => foreign.token({}, { jwk: foreign.jwk }), UNSIGNED],
  ['A76 an address for keys in the head', () => foreign.token({}, { jku: 'https://127.0.0.1/keys' }), UNSIGNED],
  ['A76 a certificate in the head', () => foreign.token({}, { x5c: ['MIIB'], x5u: 'https://127.0.0.1/' }), UNSIGNED],
  ['A75 a signature of nothing', () => swapped(issuer.token(), 2, ''), UNSIGNED],
  ['A75 a signature of zeros', () => swapped(issuer.token(), 2, Buffer.alloc(64).toString('base64url')), UNSIGNED],
  [
    'A75 the signature of another token',
    () => swapped(issuer.token(), 2, issuer.token({ sub: 'eve' }).split('.')[2] ?? ''),
    UNSIGNED,
  ],
  ['A75 other claims under the signature', () => swapped(issuer.token(), 1, encoded({ sub: 'eve' })), UNSIGNED],
  ['A75 a criticality nobody knows', () => issuer.token({}, { crit: ['x'], x: 1 }), MALFORMED],
  ['A75 a payload that is not encoded', () => issuer.token({}, { crit: ['b64'], b64: false }), MALFORMED],
  ['A77 over', () => issuer.token({ exp: secondsFromNow(-60) }), EXPIRED],
  ['A77 older than a day, whatever it says', () => issuer.token({ iat: secondsFromNow(-90_000) }), EXPIRED],
  ['A77 not valid yet', () => issuer.token({ nbf: secondsFromNow(60) }), EARLY],
  ['A77 made in the future', () => issuer.token({ iat: secondsFromNow(600) }), EARLY],
  ['A77 without an end', () => issuer.token({ exp: undefined }), INCOMPLETE],
  ['A77 an end that is text', () => issuer.token({ exp: '9999999999' }), INCOMPLETE],
  ['A77 without a beginning', () => issuer.token({ iat: undefined }), INCOMPLETE],
  ['A77 of nobody', () => issuer.token({ sub: undefined }), INCOMPLETE],
  ['A77 of an empty name', () => issuer.token({ sub: '' }), MALFORMED],
  ['A77 of a number', () => issuer.token({ sub: 1 }), MALFORMED],
  ['A77 of a name that would end a log line', () => issuer.token({ sub: 'alice\r\nroot' }), MALFORMED],
  ['A77 groups that are no names', () => issuer.token({ groups: { staff: true } }), MALFORMED],
  ['A77 of another issuer', () => issuer.token({ iss: 'https://else.test' }), OTHERS],
  ['A77 without an issuer', () => issuer.token({ iss: undefined }), INCOMPLETE],
  ['A77 for another audience', () => issuer.token({ aud: ['else'] }), ELSEWHERE],
  ['A77 for no audience', () => issuer.token({ aud: undefined }), INCOMPLETE],
  ['A78 two parts', () => issuer.token().split('.').slice(0, 2).join('.'), MALFORMED],
  ['A78 four parts', () => `${issuer.token()}.AAAA`, MALFORMED],
  ['A78 five parts: encrypted', () => 'e30.AAAA.AAAA.AAAA.AAAA', MALFORMED],
  ['A78 no JSON', () => 'AAAA.AAAA.AAAA', MALFORMED],
  ['A78 more than 8 KiB', () => issuer.token({ pad: 'x'.repeat(8000) }), MALFORMED],
  ['A78 a word', () => 'secret', MALFORMED],
  ['A78 nothing', () => '', MALFORMED],
];

describe('a token that is not taken', () => {
  it('is answered with 401 and a reason, every one', async () => {
    const site = await startTokenSite();
    const found: unknown[] = [];
    for (const [what, token] of BAD) found.push([what, await present(site, `Bearer ${token()}`)]);
    expect(found).toEqual(BAD.map(([what, , description]) => [what, { status: 401, description }]));
    expect(site.upstream.seen).toHaveLength(0);
    // None of them is in a log.
    const logs = (await site.errorLog()) + (await site.accessLog());
    expect(logs).not.toMatch(/eyJ|\.AAAA/);
  });

  it('A78 and neither are two, nor one in the address', async () => {
    const site = await startTokenSite();
    const token = issuer.token();
    const twice = await ask(site.port, '/', {
      headers: ['Host', 'a.test', 'Authorization', `Bearer ${token}`, 'Authorization', `Bearer ${token}`] as never,
    });
    expect(twice.status).toBe(401);
    expect((await ask(site.port, `/?access_token=${token}`)).status).toBe(401);
    expect(await present(site, undefined)).toEqual({ status: 401, description: 'Bearer realm="restricted"' });
  });

  it('good ones are, of either key, with a clock that is a little off', async () => {
    const site = await startTokenSite();
    for (const token of [
      issuer.token(),
      rsa.token(),
      issuer.token({ aud: ['x', AUDIENCE] }),
      issuer.token({ exp: secondsFromNow(-20) }),
      issuer.token({ nbf: secondsFromNow(20) }),
      issuer.token({ groups: undefined }),
      issuer.token({ groups: 'a b' }),
    ])
      expect((await present(site, `bearer ${token}`)).status).toBe(200);
  });

  it('name user and groups in the claims, and are of the type, that are asked for', async () => {
    const site = await startSite({
      files: { 'keys.json': JSON.stringify({ keys: [issuer.jwk] }) },
      yaml: `
auth:
  headers: { user: X-User, groups: X-Groups }
  jwt:
    api: { keys: keys.json, algorithms: ES256, issuer: "${ISSUER}", audience: ${AUDIENCE}, token_type: at+jwt, user_claim: email, groups_claim: roles }
routes: [{ upstream: app, waf: off, auth: { providers: api, require: group staff } }]`,
    });
    const claims = { email: 'alice@site.test', roles: ['staff', 'all'], sub: 'eve', groups: ['none'] };
    const type = { typ: 'at+jwt' };
    expect((await present(site, `Bearer ${issuer.token(claims, type)}`)).status).toBe(200);
    expect(site.upstream.seen[0]?.headers).toMatchObject({ 'x-user': 'alice@site.test', 'x-groups': 'staff,all' });
    for (const [token, status] of [
      [issuer.token(claims), 401],
      [issuer.token({ ...claims, email: undefined }, type), 401],
      [issuer.token({ ...claims, roles: ['all'], groups: ['staff'] }, type), 403],
    ] as const)
      expect((await present(site, `Bearer ${token}`)).status).toBe(status);
    expect(site.upstream.seen).toHaveLength(1);
  });

  it('one that was good is not, once it is over', async () => {
    const site = await startTokenSite(`keys: keys.json, algorithms: ES256, leeway: 0`);
    const token = issuer.token({ exp: secondsFromNow(2) });
    expect((await present(site, `Bearer ${token}`)).status).toBe(200);
    await expect.poll(async () => (await present(site, `Bearer ${token}`)).status).toBe(401);
  });

  it('counts as a failed login where it was made up, and not where it is old', async () => {
    const site = await startTokenSite(undefined, 'floods: { allow: [], logins: { per_client: 2 } }');
    for (let at = 0; at < 5; at++) expect((await present(site, `Bearer ${issuer.token({ exp: 1 })}`)).status).toBe(401);
    for (let at = 0; at < 3; at++) expect((await present(site, `Bearer ${foreign.token()}`)).status).toBe(401);
    expect((await present(site, `Bearer ${issuer.token()}`)).status).toBe(429);
    expect(await site.errorLog()).toMatch(/127\.0\.0\.1 banned for 600 s: 3 failed logins in 600 s/);
  });
});

describe('keys at an address', () => {
  interface KeyServer {
    readonly url: string;
    readonly ca: string;
    answer: { status: number; body: string; headers?: Record<string, string> };
    asked: number;
    close(): void;
  }

  async function startKeyServer(keys: readonly unknown[]): Promise<KeyServer> {
    const { cert, key } = makeCertificate(testFolder(), 'keys.test');
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_, response) => {
      made.asked++;
      response.writeHead(made.answer.status, { 'content-type': 'application/json', ...made.answer.headers });
      response.end(made.answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = (): void => {
      server.closeAllConnections();
      server.close();
    };
    onTestFinished(close);
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    const made: KeyServer = { url, ca: cert, answer: { status: 200, body: JSON.stringify({ keys }) }, asked: 0, close };
    return made;
  }

  it('are fetched once, and again when a token names one that is not there', async () => {
    const keys = await startKeyServer([issuer.jwk]);
    const site = await startTokenSite(`keys: "${keys.url}", ca: ${keys.ca}, algorithms: [ES256, RS256]`);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => present(site, `Bearer ${issuer.token()}`)));
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(keys.asked).toBe(1);
    // Made-up names do not become a flood for the issuer.
    for (let at = 0; at < 5; at++) await present(site, `Bearer ${foreign.token({}, { kid: `made up ${at}` })}`);
    expect(keys.asked).toBe(1);
    keys.answer = { status: 200, body: JSON.stringify({ keys: [rsa.jwk] }) };
    await expect.poll(async () => (await present(site, `Bearer ${rsa.token()}`)).status, { interval: 500 }).toBe(200);
    expect(keys.asked).toBe(2);
    // The old key is gone, also for a token that was taken before.
    expect((await present(site, `Bearer ${issuer.token()}`)).status).toBe(401);
    keys.close();
    expect((await present(site, `Bearer ${rsa.token()}`)).status).toBe(200);
  });

  it.each([
    ['nobody there', undefined, /ECONNREFUSED|cannot be had/],
    ['an error', { status: 500, body: '' }, /status 500/],
    ['a redirection', { status: 302, body: '', headers: { location: 'https://127.0.0.1/' } }, /status 302/],
    ['no JSON', { status: 200, body: '<html>' }, /not JSON/],
    ['no keys', { status: 200, body: '{"keys":[]}' }, /no JSON Web Key Set/],
    ['secret keys', { status: 200, body: JSON.stringify({ keys: [{ ...issuer.jwk, d: 'AAAA' }] }) }, /secret keys/],
    ['too much', { status: 200, body: ' '.repeat(70_000) }, /more than 64 KiB/],
  ] as const)('with %s nobody is let in, and the log says why', async (_, answer, why) => {
    const keys = await startKeyServer([]);
    if (answer !== undefined) keys.answer = answer;
    const url = answer === undefined ? `https://127.0.0.1:${await closedPort()}/keys` : keys.url;
    const site = await startTokenSite(`keys: "${url}", ca: ${keys.ca}, algorithms: ES256`);
    expect((await present(site, `Bearer ${issuer.token()}`)).status).toBe(503);
    expect((await present(site, undefined)).status).toBe(401);
    expect(await site.errorLog()).toMatch(why);
    expect(await site.errorLog()).toContain('SP1094');
  });

  it('of a server with another certificate are not taken', async () => {
    const keys = await startKeyServer([issuer.jwk]);
    const site = await startTokenSite(`keys: "${keys.url}", algorithms: ES256`);
    expect((await present(site, `Bearer ${issuer.token()}`)).status).toBe(503);
    expect(await site.errorLog()).toMatch(/cannot be had: .*certificate/);
    expect(keys.asked).toBe(0);
  });
});

it('an upload is refused before a byte of its body is asked for', async () => {
  const site = await startTokenSite();
  const head = `POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\nExpect: 100-continue\r\nAuthorization: Bearer ${issuer.token({ exp: 1 })}\r\n\r\n`;
  const received = await new Promise<string>((resolve) => {
    const socket = connect(site.port, '127.0.0.1', () => socket.write(head));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(text)).on('error', () => resolve(text));
  });
  expect(received).toMatch(/^HTTP\/1\.1 401 /);
  expect(received).not.toContain('100 Continue');
});

it('an upload that was let in goes on when its token ends, and through a reload', async () => {
  const site = await startTokenSite('keys: keys.json, algorithms: ES256, leeway: 0');
  const token = issuer.token({ exp: secondsFromNow(4) });
  const socket = await open(site.port);
  const head = `POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  socket.write(`${head}01234`);
  expect((await present(site, `Bearer ${token}`)).status).toBe(200);
  await expect.poll(async () => (await present(site, `Bearer ${token}`)).status).toBe(401);
  await site.gateway.reload(site.gateway.config);
  socket.write('56789');
  expect(await receive(socket, 'hello')).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
  expect(site.upstream.seen.find(({ url }) => url === '/up')?.body).toBe('0123456789');
});
