import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from './support/certificate.ts';
import { testFolder } from './support/gate.ts';
import { startSecureGate } from './support/secure-gate.ts';
import { startUpstream } from './support/upstream.ts';

function ask(port: number, options: { readonly cert?: Buffer; readonly key?: Buffer }): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        servername: 'gate.test',
        headers: { host: 'gate.test' },
        rejectUnauthorized: false,
        agent: false,
        ...options,
      },
      (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)),
    );
    sent.on('error', reject).end();
  });
}

async function askByStream(port: number, options: { readonly cert: Buffer; readonly key: Buffer }): Promise<number> {
  const session = connect(`https://127.0.0.1:${port}`, {
    servername: 'gate.test',
    rejectUnauthorized: false,
    ...options,
  });
  try {
    const stream = session.request({ ':authority': 'gate.test' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    await once(stream.resume(), 'end');
    return Number(headers[':status']);
  } finally {
    session.close();
  }
}

describe('access logs', () => {
  it('tell the protocol, and who the client is by its certificate', async () => {
    const { port: app } = await startUpstream();
    const folder = testFolder();
    const authority = makeAuthority(folder, 'ca.test');
    const client = authority.issue('ann');
    const gate = await startSecureGate(app, {
      rules: 'SecRuleEngine On\nSecRule REQUEST_HEADERS:Host "@rx ." "id:1,phase:1,pass,nolog,setenv:mark=seen"',
      tls: { clientCertificate: 'optional', clientCa: authority.ca },
      listener: { http2: true },
      yaml: `logs:
  error: error.log
  access:
    - file: access.log
      format: '%{SSL_PROTOCOL}x %{SSL_TLS_SNI}x %{SSL_CLIENT_VERIFY}x %{SSL_CLIENT_S_DN_CN}x "%{SSL_CLIENT_S_DN}x" %{mark}n'
    - { file: known.log, format: "%{SSL_CLIENT_S_DN_CN}x", when: "expr=%{SSL:SSL_CLIENT_VERIFY} == 'SUCCESS' && %{HTTPS} == 'on'" }`,
    });
    expect(await ask(gate.port, {})).toBe(200);
    const own = { cert: readFileSync(client.cert), key: readFileSync(client.key) };
    expect(await ask(gate.port, own)).toBe(200);
    expect(await askByStream(gate.port, own)).toBe(200);
    expect((await gate.accessLog()).trim().split('\n')).toEqual([
      'TLSv1.3 gate.test NONE - "-" seen',
      'TLSv1.3 gate.test SUCCESS ann "CN=ann,O=Test\\\\, Ltd" seen',
      'TLSv1.3 gate.test SUCCESS ann "CN=ann,O=Test\\\\, Ltd" seen',
    ]);
    expect(readFileSync(`${gate.folder}/known.log`, 'utf8')).toBe('ann\nann\n');
  });
});
