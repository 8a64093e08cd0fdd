import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../src/index.ts';
import { makeCertificate } from './support/certificate.ts';
import { ask } from './support/client.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => resolve(socket));
    socket.once('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

const names = (socket: TLSSocket): string | string[] | undefined => socket.getPeerCertificate().subject?.CN;

describe('TLS to clients', () => {
  it('serves HTTPS, 1.2 and later only, and tells the application', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'gate.test');
    const upstream = await startUpstream();
    const config = testConfig(folder, upstream.port, { yaml: '' });
    const gateway = await createGateway({
      ...config,
      listeners: [{ address: '127.0.0.1', port: 0, tls: { certificate: cert, key, minVersion: 'TLSv1.2' } }],
    });
    onTestFinished(() => gateway.close(0));
    const port = (await gateway.listen())[0]?.port ?? 0;

    const socket = await handshake(port, {});
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(names(socket)).toBe('gate.test');
    const answer = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
    socket.write('GET / HTTP/1.1\r\nHost: gate.test\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1.1 200 /);
    expect(upstream.seen[0]?.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      forwarded: 'for=127.0.0.1;host="gate.test";proto=https',
    });

    expect((await handshake(port, { maxVersion: 'TLSv1.2' })).getCipher().name).toMatch(/^ECDHE-.*(GCM|CHACHA20)/);
    await expect(
      handshake(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow();
    await expect(handshake(port, { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).rejects.toThrow();

    const next = makeCertificate(folder, 'next.test');
    await gateway.reload({
      ...gateway.config,
      listeners: [
        { address: '127.0.0.1', port: 0, tls: { certificate: next.cert, key: next.key, minVersion: 'TLSv1.2' } },
      ],
    });
    expect(names(await handshake(port, {}))).toBe('next.test');
  });

  it('plain text on the TLS port is an error, not a crash', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'gate.test');
    const upstream = await startUpstream();
    const config = testConfig(folder, upstream.port, {});
    const gateway = await createGateway({
      ...config,
      listeners: [{ address: '127.0.0.1', port: 0, tls: { certificate: cert, key, minVersion: 'TLSv1.2' } }],
    });
    onTestFinished(() => gateway.close(0));
    const port = (await gateway.listen())[0]?.port ?? 0;
    await expect(ask(port, '/')).rejects.toThrow();
    await expect(handshake(port, {})).resolves.toBeDefined();
  });
});

describe('TLS to upstreams', () => {
  it('is verified: a wrong certificate is 502', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'app.test');
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_request, response) =>
      response.end('secure'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const status = async (tls: string): Promise<number> => {
      const gate = await startGate(0, {
        yaml: `upstreams: { app: { urls: "https://127.0.0.1:${port}", tls: ${tls} } }`,
      });
      const answer = await ask(gate.port, '/', { headers: { host: 'any.test' } });
      if (answer.status === 502) expect(await gate.errorLog()).toMatch(/SP2001 .*(certificate|altnames)/i);
      return answer.status;
    };
    expect(await status('{}')).toBe(502);
    expect(await status(`{ ca: "${cert}", server_name: other.test }`)).toBe(502);
    expect(await status(`{ ca: "${cert}", server_name: app.test }`)).toBe(200);
    expect(await status('{ unsafe_skip_verify: true }')).toBe(200);
  });
});
