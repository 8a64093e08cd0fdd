/** A TLS session that is taken up again says who the client was when it began: never elsewhere, and never more than was found out then. */
import { readFileSync } from 'node:fs';
import { connect, type SecureVersion } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../src/index.ts';
import { makeAuthority, makeCertificate } from './support/certificate.ts';
import { testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

interface Client {
  readonly cert: string;
  readonly key: string;
}

interface Visit {
  /** What the application is told of the client. */
  readonly told: string;
  readonly isReused: boolean;
  readonly session: Buffer | undefined;
}

/** Asks once by a new connection. Rejects when the gate does not let it in. */
function visit(port: number, version: SecureVersion, client?: Client, session?: Buffer): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const own = client && { cert: readFileSync(client.cert), key: readFileSync(client.key) };
    const versions = { minVersion: version, maxVersion: version };
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...versions, ...own, session });
    onTestFinished(() => void socket.destroy());
    let latest: Buffer | undefined;
    let isReused = false;
    let text = '';
    socket.on('secureConnect', () => {
      isReused = socket.isSessionReused();
    });
    socket.on('session', (one) => {
      latest = one;
    });
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (text === '') reject(new Error('closed without an answer'));
      else resolve({ told: text.slice(text.indexOf('\r\n\r\n') + 4), isReused, session: latest });
    });
    socket.write('GET / HTTP/1.1\r\nHost: gate.test\r\nConnection: close\r\n\r\n');
  });
}

/** One gate with listeners for two groups of clients, one of which also has a listener nobody else gets into. */
async function start(): Promise<{
  readonly ports: Readonly<Record<'ours' | 'theirs' | 'oursOnly', number>>;
  readonly alice: Client;
  readonly mallory: Client;
  trustTheOthers(): Promise<void>;
}> {
  const folder = testFolder();
  const server = makeCertificate(folder, 'gate.test');
  const [ours, theirs] = [makeAuthority(folder, 'ours'), makeAuthority(folder, 'theirs')];
  const upstream = await startUpstream((_request, response, { headers }) => {
    response.end(`${headers['x-client-verify']} ${headers['x-client-subject'] ?? ''}`);
  });
  const listener = (asks: string, ca: string): string =>
    `  - { port: 0, tls: { certificate: ${server.cert}, key: ${server.key}, client_certificate: ${asks}, client_ca: ${ca} } }`;
  const lists = [listener('optional', ours.ca), listener('optional', theirs.ca), listener('require', ours.ca)];
  const configOf = (lines: readonly string[]): ReturnType<typeof testConfig> =>
    testConfig(folder, upstream.port, { yaml: `listeners:\n${lines.join('\n')}` });
  const gateway = await createGateway(configOf(lists));
  onTestFinished(() => gateway.close(0));
  const [first = 0, second = 0, third = 0] = (await gateway.listen()).map(({ port }) => port);
  return {
    ports: { ours: first, theirs: second, oursOnly: third },
    alice: ours.issue('alice'),
    mallory: theirs.issue('mallory'),
    trustTheOthers: async () => {
      const { config } = gateway;
      const [one, ...others] = config.listeners;
      if (one?.tls === undefined) throw new Error('the first listener speaks TLS');
      await gateway.reload({ ...config, listeners: [{ ...one, tls: { ...one.tls, clientCa: theirs.ca } }, ...others] });
    },
  };
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s', (version) => {
  it('holds where it began, with what was found out then', async () => {
    const { ports, alice, mallory } = await start();
    const facts: [Client | undefined, RegExp][] = [
      [alice, /^SUCCESS CN=alice/],
      [mallory, /^FAILED:\S+ $/],
      [undefined, /^NONE $/],
    ];
    for (const [client, told] of facts) {
      const first = await visit(ports.ours, version, client);
      expect(first.told).toMatch(told);
      const again = await visit(ports.ours, version, undefined, first.session);
      expect([again.isReused, again.told]).toEqual([true, first.told]);
    }
  });

  it('is another one at a listener that trusts others, or lets nobody else in', async () => {
    const { ports, alice, mallory } = await start();
    const { session } = await visit(ports.ours, version, alice);
    expect(await visit(ports.theirs, version, undefined, session)).toMatchObject({ isReused: false, told: 'NONE ' });
    await expect(visit(ports.oursOnly, version, undefined, session)).rejects.toThrow();
    const { session: nobodys } = await visit(ports.ours, version);
    await expect(visit(ports.oursOnly, version, undefined, nobodys)).rejects.toThrow();
    const { session: others } = await visit(ports.theirs, version, mallory);
    expect(await visit(ports.ours, version, undefined, others)).toMatchObject({ isReused: false, told: 'NONE ' });
    const { session: strict } = await visit(ports.oursOnly, version, alice);
    expect(await visit(ports.oursOnly, version, undefined, strict)).toMatchObject({ isReused: true });
  });

  it('ends when its listener comes to trust others', async () => {
    const { ports, alice, trustTheOthers } = await start();
    const { session } = await visit(ports.ours, version, alice);
    await trustTheOthers();
    expect(await visit(ports.ours, version, undefined, session)).toMatchObject({ isReused: false, told: 'NONE ' });
  });
});
