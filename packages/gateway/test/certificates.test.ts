/** Which certificate clients get, which they show, and what a connection may then be used for. */
import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeAuthority, makeCertificate } from './support/certificate.ts';
import { testFolder } from './support/gate.ts';
import { type SecureGate, startSecureGate } from './support/secure-gate.ts';
import { startUpstream } from './support/upstream.ts';

function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => resolve(socket));
    socket.once('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

const subject = async (port: number, servername?: string): Promise<unknown> => {
  const socket = await handshake(port, servername === undefined ? {} : { servername });
  return socket.getPeerCertificate().subject?.CN;
};

interface Asked {
  readonly status: number | undefined;
  readonly body: string;
}

function ask(gate: SecureGate, headers: Record<string, string>, options: ConnectionOptions = {}): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port: gate.port,
        rejectUnauthorized: false,
        agent: false,
        servername: '',
        headers,
        ...options,
      },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += String(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    request.on('error', reject).end();
  });
}

describe('certificates by name', () => {
  it('exact names before wildcards, one label for a star, and the first for everybody else', async () => {
    const folder = testFolder();
    const pair = (name: string): { certificate: string; key: string } => {
      const { cert, key } = makeCertificate(folder, name);
      return { certificate: cert, key };
    };
    const certificates = [pair('*.example.test'), pair('www.example.test'), pair('Other.test')];
    const gate = await startSecureGate((await startUpstream()).port, { tls: { certificates } });
    expect(await subject(gate.port)).toBe('gate.test');
    expect(await subject(gate.port, 'unknown.test')).toBe('gate.test');
    expect(await subject(gate.port, 'www.example.test')).toBe('www.example.test');
    expect(await subject(gate.port, 'WWW.example.TEST')).toBe('www.example.test');
    expect(await subject(gate.port, 'a.example.test')).toBe('*.example.test');
    expect(await subject(gate.port, 'a.b.example.test')).toBe('gate.test');
    expect(await subject(gate.port, 'example.test')).toBe('gate.test');
    expect(await subject(gate.port, 'other.test')).toBe('Other.test');

    // One connection, one site: a host with another certificate is asked for elsewhere.
    const host = (name: string, servername: string): Promise<Asked> => ask(gate, { host: name }, { servername });
    expect((await host('www.example.test', 'www.example.test')).status).toBe(200);
    expect((await host('b.example.test', 'a.example.test')).status).toBe(200);
    expect((await host('other.test', 'www.example.test')).status).toBe(421);
    expect((await host('unknown.test', 'www.example.test')).status).toBe(421);
    expect((await host('nobody.test', 'unknown.test')).status).toBe(200);
    expect((await host('other.test', '')).status).toBe(200);
    expect(await gate.errorLog()).toContain('SP1082 ');

    const next = {
      ...gate.listener,
      tls: { ...gate.listener.tls, minVersion: 'TLSv1.2' as const, certificates: [pair('new.test')] },
    };
    await gate.gateway.reload({ ...gate.gateway.config, listeners: [next] });
    expect(await subject(gate.port, 'new.test')).toBe('new.test');
    expect(await subject(gate.port, 'other.test')).toBe('gate.test');
  });

  it('a bad file stops a reload, and what was served is served on', async () => {
    const gate = await startSecureGate((await startUpstream()).port);
    const { certificate } = gate.listener.tls as { certificate: string };
    const bad = { ...gate.listener, tls: { certificate, key: certificate, minVersion: 'TLSv1.2' as const } };
    await expect(gate.gateway.reload({ ...gate.gateway.config, listeners: [bad] })).rejects.toThrow(
      'no certificate and its key',
    );
    expect(await subject(gate.port)).toBe('gate.test');
  });

  it('no renegotiation, no protocol nobody has, no name that is none', async () => {
    const gate = await startSecureGate((await startUpstream()).port);
    await expect(handshake(gate.port, { ALPNProtocols: ['spdy/3'] })).rejects.toThrow();
    const socket = await handshake(gate.port, { maxVersion: 'TLSv1.2' });
    const isOver = new Promise((resolve) => socket.once('close', resolve).once('error', resolve));
    socket.renegotiate({}, (error) => expect(error).toBeTruthy());
    await isOver;
    expect(await subject(gate.port)).toBe('gate.test');
  });
});

describe('certificates of clients', () => {
  const echo = (): ReturnType<typeof startUpstream> =>
    startUpstream((request, response) => {
      const names = Object.keys(request.headers).filter((name) => name.startsWith('x-client-'));
      response.end(JSON.stringify(Object.fromEntries(names.map((name) => [name, request.headers[name]]))));
    });
  const FORGED = { host: 'gate.test', 'x-client-verify': 'SUCCESS', 'X-Client-Subject': 'CN=admin' };

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('required with %s: nobody else gets in', async (maxVersion) => {
    const folder = testFolder();
    const authority = makeAuthority(folder, 'authority');
    const other = makeAuthority(folder, 'other');
    const show = ({ cert, key }: { cert: string; key: string }): ConnectionOptions => ({
      cert: readFileSync(cert),
      key: readFileSync(key),
      maxVersion,
    });
    const gate = await startSecureGate((await echo()).port, {
      tls: { clientCa: authority.ca, clientCertificate: 'require' },
    });
    const answer = await ask(gate, FORGED, show(authority.issue('alice')));
    expect(answer.status).toBe(200);
    const told = JSON.parse(answer.body);
    expect(told).toMatchObject({
      'x-client-verify': 'SUCCESS',
      'x-client-subject': 'CN=alice,O=Test\\, Ltd',
      'x-client-issuer': 'CN=authority',
    });
    expect(told['x-client-fingerprint']).toMatch(/^[0-9a-f]{64}$/);
    await expect(ask(gate, FORGED, { maxVersion })).rejects.toThrow();
    await expect(ask(gate, FORGED, show(other.issue('mallory')))).rejects.toThrow();
  });

  it('optional: the application is told, strangers cannot lie', async () => {
    const folder = testFolder();
    const authority = makeAuthority(folder, 'authority');
    const gate = await startSecureGate((await echo()).port, {
      tls: { clientCa: authority.ca, clientCertificate: 'optional' },
    });
    expect(JSON.parse((await ask(gate, FORGED)).body)).toEqual({ 'x-client-verify': 'NONE' });
    const { cert, key } = makeAuthority(folder, 'other').issue('mallory');
    const failed = await ask(gate, FORGED, { cert: readFileSync(cert), key: readFileSync(key) });
    expect(JSON.parse(failed.body)['x-client-verify']).toMatch(/^FAILED:/);
    expect(JSON.parse(failed.body)['x-client-subject']).toBeUndefined();

    // The next configuration asks for none, and the headers end here all the same.
    const { clientCa: _ca, ...tls } = {
      ...gate.listener.tls,
      minVersion: 'TLSv1.2' as const,
      clientCertificate: 'none' as const,
    };
    await gate.gateway.reload({ ...gate.gateway.config, listeners: [{ ...gate.listener, tls }] });
    expect(JSON.parse((await ask(gate, FORGED)).body)).toEqual({});
  });
});
