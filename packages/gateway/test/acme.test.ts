/** Certificates that are ordered from an authority. */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Config } from '../src/index.ts';
import { createGateway, type Gateway } from '../src/index.ts';
import { makeCertificate } from './support/certificate.ts';
import { ask } from './support/client.ts';
import { gateOn, type RunningGate, testConfig, testFolder } from './support/gate.ts';
import { hasPebble, startAuthority } from './support/pebble.ts';
import { closedPort, startUpstream } from './support/upstream.ts';

const PATIENT = { timeout: 40_000, interval: 100 };

interface AcmeGate extends RunningGate {
  readonly plain: number;
  readonly secure: number;
}

async function start(config: Config, folder: string): Promise<AcmeGate> {
  const gateway: Gateway = await createGateway(config);
  onTestFinished(() => gateway.close(0).catch(() => {}));
  const [plain, secure] = await gateway.listen();
  return { ...gateOn(gateway, plain?.port ?? 0, folder), plain: plain?.port ?? 0, secure: secure?.port ?? 0 };
}

interface Settings {
  readonly plain: number;
  readonly directory: string;
  readonly ca: string;
}

function configure(folder: string, upstreamPort: number, { plain, directory, ca }: Settings): Config {
  const yaml = `listeners:
  - { port: ${plain} }
  - { port: 0, http2: true, tls: { automatic: [www.gate.test, gate.test] } }
acme: { directory: "${directory}", ca: "${ca}", storage: acme, terms_agreed: true, email: "admin@gate.test" }`;
  return testConfig(folder, upstreamPort, {
    yaml,
    rules: 'SecRuleEngine On\nSecRule REQUEST_URI "@contains .well-known" "id:1,phase:1,deny"\n',
  });
}

/** Serial number of what is served for a name; undefined when the handshake fails. */
function serial(port: number, servername = 'gate.test'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', () => resolve(undefined));
  });
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(!hasPebble)('automatic certificates (skipped without pebble)', () => {
  it('are ordered, served, shared and kept', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const plain = await closedPort();
    const authority = await startAuthority(folder, plain);
    const config = configure(folder, upstream.port, { plain, ...authority });
    const gate = await start(config, folder);
    await expect.poll(() => serial(gate.secure), PATIENT).toBeDefined();
    const first = await serial(gate.secure);
    expect(await serial(gate.secure, 'www.gate.test')).toBe(first);
    expect(await gate.errorLog()).toMatch(
      /\[acme:notice\] .*certificate for www.gate.test, gate.test ordered; valid until/,
    );
    expect(await gate.accessLog()).toMatch(/"GET \/.well-known\/acme-challenge\/[^ ]+ HTTP\/1.1" 200 /);
    expect(upstream.seen).toEqual([]);

    const storage = join(folder, 'acme');
    expect(mode(storage)).toBe('700');
    expect(readdirSync(join(storage, 'challenges'))).toEqual([]);
    expect(readdirSync(storage).toSorted()).toEqual(['account.key', 'account.url', 'challenges', 'www.gate.test.pem']);
    for (const file of ['account.key', 'account.url', 'www.gate.test.pem'])
      expect(mode(join(storage, file))).toBe('600');

    // Another gate with the same folder has no need to order; nor has this one after a reload.
    const other = configure(folder, upstream.port, { ...authority, plain: 0 });
    const second = await start(other, folder);
    expect(await serial(second.secure)).toBe(first);
    await gate.gateway.reload(config);
    expect(await serial(gate.secure)).toBe(first);

    // The authority is away: what there is stays.
    await authority.stop();
    await second.gateway.close(0);
    const third = await start(other, folder);
    expect(await serial(third.secure)).toBe(first);
  });

  it('are renewed before they end, without a restart', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const plain = await closedPort();
    // Old as soon as it is issued: pebble dates certificates from the moment of the order.
    const authority = await startAuthority(folder, plain, 3);
    const config = configure(folder, upstream.port, { plain, ...authority });
    const gate = await start(config, folder);
    await expect.poll(() => serial(gate.secure), PATIENT).toBeDefined();
    const first = await serial(gate.secure);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await gate.gateway.reload(config);
    await expect.poll(() => serial(gate.secure), PATIENT).not.toBe(first);
    expect(await serial(gate.secure)).toBeDefined();
  });

  it('are proved in a handshake, with no plain port, and renewed so beside the one there is', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const port = await closedPort();
    const authority = await startAuthority(folder, 1, 3, port);
    const config = testConfig(folder, upstream.port, {
      yaml: `listeners: [{ port: ${port}, http2: true, tls: { automatic: [www.gate.test, gate.test] } }]
acme: { directory: "${authority.directory}", ca: "${authority.ca}", storage: acme, terms_agreed: true, challenge: tls-alpn-01 }`,
    });
    const gateway = await createGateway(config);
    onTestFinished(() => gateway.close(0).catch(() => {}));
    await gateway.listen();
    const gate = gateOn(gateway, port, folder);
    await expect.poll(() => gate.errorLog(), PATIENT).toMatch(/ ordered; valid until/);
    await expect.poll(() => serial(port), PATIENT).toBeDefined();
    const first = await serial(port);
    expect(readdirSync(join(folder, 'acme', 'challenges'))).toEqual([]);
    // Clients of all kinds are served while the next one is ordered.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await gateway.reload(config);
    await expect.poll(async () => (await gate.errorLog()).split(' ordered; ').length, PATIENT).toBe(3);
    expect(await serial(port)).not.toBe(first);
    expect(await gate.errorLog()).not.toMatch(/\[acme:error\]/);
    expect(upstream.seen).toEqual([]);
  });

  it('only one of several gates orders', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const plain = await closedPort();
    const authority = await startAuthority(folder, plain);
    const first = await start(configure(folder, upstream.port, { plain, ...authority }), folder);
    const second = await start(configure(folder, upstream.port, { ...authority, plain: 0 }), folder);
    await expect.poll(() => serial(second.secure), PATIENT).toBeDefined();
    expect(await serial(second.secure)).toBe(await serial(first.secure));
    expect((await first.errorLog()).split(' ordered; ').length).toBe(2);
  });
});

describe('an authority that is away', () => {
  it('is said, and the gate serves what it can', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const directory = `https://localhost:${await closedPort()}/dir`;
    writeFileSync(join(folder, 'ca.pem'), '');
    const gate = await start(configure(folder, upstream.port, { plain: 0, directory, ca: 'ca.pem' }), folder);
    await expect
      .poll(() => gate.errorLog(), { timeout: 50_000, interval: 200 })
      .toMatch(
        /\[acme:error\] .*no certificate for www.gate.test, gate.test: .*; there is none yet; next try in \d+ s/,
      );
    expect(await serial(gate.secure)).toBeUndefined();
    expect((await ask(gate.plain, '/')).status).toBe(200);
  });

  it('challenges that are not pending are requests like any other', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const directory = `https://localhost:${await closedPort()}/dir`;
    mkdirSync(join(folder, 'acme', 'challenges'), { recursive: true });
    writeFileSync(join(folder, 'acme', 'challenges', 'pending'), 'pending.thumbprint');
    writeFileSync(join(folder, 'acme', 'account.key'), 'secret');
    writeFileSync(join(folder, 'ca.pem'), '');
    const gate = await start(configure(folder, upstream.port, { plain: 0, directory, ca: 'ca.pem' }), folder);
    const get = (token: string): ReturnType<typeof ask> => ask(gate.plain, `/.well-known/acme-challenge/${token}`);
    expect(await get('pending')).toMatchObject({ status: 200, body: 'pending.thumbprint' });
    for (const token of ['other', '', 'pending/', 'pending?x', '%70ending'])
      expect((await get(token)).status).toBe(403);
    for (const token of ['../account.key', '..%2faccount.key']) expect((await get(token)).status).toBe(400);
    expect(upstream.seen).toEqual([]);
  });
});

it('a handshake for the authority fails where no name is to be proved', async () => {
  const folder = testFolder();
  const upstream = await startUpstream();
  const { cert, key } = makeCertificate(folder, 'gate.test');
  writeFileSync(join(folder, 'ca.pem'), '');
  const directory = `https://localhost:${await closedPort()}/dir`;
  const config = testConfig(folder, upstream.port, {
    yaml: `listeners: [{ port: 0, tls: { certificate: ${cert}, key: ${key}, automatic: [www.gate.test] } }]
acme: { directory: "${directory}", ca: ca.pem, storage: acme, terms_agreed: true, challenge: tls-alpn-01 }`,
  });
  const gateway = await createGateway(config);
  onTestFinished(() => gateway.close(0).catch(() => {}));
  const [address] = await gateway.listen();
  const agreed = (servername: string): Promise<string | false | null> =>
    new Promise((resolve) => {
      const socket = connect(
        { port: address?.port ?? 0, servername, ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false },
        () => {
          resolve(socket.alpnProtocol);
          socket.destroy();
        },
      ).once('error', () => resolve(false));
    });
  expect([await agreed('gate.test'), await agreed('www.gate.test'), await agreed('../../key')]).toEqual([
    false,
    false,
    false,
  ]);
  const proof = join(folder, 'acme', 'challenges', 'www.gate.test.pem');
  writeFileSync(proof, Buffer.concat([readFileSync(key), readFileSync(cert)]));
  expect([await agreed('gate.test'), await agreed('WWW.gate.test')]).toEqual([false, 'acme-tls/1']);
  expect(await serial(address?.port ?? 0)).toBeDefined();
});

it('a lock that nobody holds any more does not last', async () => {
  const folder = testFolder();
  const { AcmeStorage } = await import('../src/acme/storage.ts');
  const storage = new AcmeStorage(folder);
  writeFileSync(join(folder, 'lock'), '');
  expect(await storage.exclusively(async () => {})).toBe(false);
  const long = new Date(Date.now() - 3_600_000);
  utimesSync(join(folder, 'lock'), long, long);
  // The first look clears it, a later one takes it.
  expect(await storage.exclusively(async () => {})).toBe(false);
  expect(await storage.exclusively(async () => {})).toBe(true);
  expect(readdirSync(folder)).toEqual(['challenges']);
});
