/** Certificates of clients, as OpenSSL makes them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { makeAuthority, makeCertificate } from '../support/certificate.ts';
import { testConfig, testFolder } from '../support/gate.ts';
import { startUpstream } from '../support/upstream.ts';

it('name a user by subject, alternative names and fingerprint', async () => {
  const folder = testFolder();
  const server = makeCertificate(folder, 'gate.test');
  const authority = makeAuthority(folder, 'clients');
  const client = authority.issue('alice', { names: 'email:alice@a.test,DNS:alice.test,URI:spiffe://a/alice' });
  const printed = execFileSync('openssl', ['x509', '-in', client.cert, '-noout', '-fingerprint', '-sha256'], {
    encoding: 'latin1',
  });
  const fingerprint = printed.split('=')[1]?.trim() ?? '';
  const upstream = await startUpstream();
  const names = ['common_name', 'subject', 'email', 'dns', 'uri'];
  const config = testConfig(folder, upstream.port, {
    yaml: `
listeners:
  - { port: 0, tls: { certificate: ${server.cert}, key: ${server.key}, client_certificate: optional, client_ca: ${authority.ca} } }
auth:
  client_certificate:
    fingerprint: { user_from: fingerprint, users: { "${fingerprint}": pump } }
    strangers: { user_from: fingerprint, users: { "AA:BB": pump } }
${names.map((name) => `    ${name}: { user_from: ${name} }`).join('\n')}
  headers: { user: X-User }
routes:
${[...names, 'fingerprint', 'strangers'].map((name) => `  - { path: /${name}, upstream: app, waf: off, auth: { providers: ${name} } }`).join('\n')}`,
  });
  const gateway = await createGateway(config);
  onTestFinished(() => gateway.close(0));
  const [address] = await gateway.listen();
  const ask = (path: string, withCertificate: boolean): Promise<number> =>
    new Promise((resolve, reject) => {
      const tls = withCertificate ? { cert: readFileSync(client.cert), key: readFileSync(client.key) } : {};
      const place = { host: '127.0.0.1', port: address?.port, path, agent: false, rejectUnauthorized: false };
      request({ ...place, ...tls, headers: { host: 'gate.test' } }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
      })
        .on('error', reject)
        .end();
    });
  for (const name of [...names, 'fingerprint']) {
    expect([name, await ask(`/${name}`, true), await ask(`/${name}`, false)]).toEqual([name, 200, 403]);
  }
  expect(await ask('/strangers', true)).toBe(403);
  const users = upstream.seen.map(({ headers }) => decodeURIComponent(String(headers['x-user'])));
  expect(users).toEqual([
    'alice',
    String.raw`CN=alice,O=Test\, Ltd`,
    'alice@a.test',
    'alice.test',
    'spiffe://a/alice',
    'pump',
  ]);
});
