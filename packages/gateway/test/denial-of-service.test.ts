/** Attacks on the process and its logs that need no rule to be seen. Slow clients and floods have files of their own. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from './support/certificate.ts';
import { ask, closed, open, receive, talk } from './support/client.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('A90: connections and handshakes without requests', () => {
  it('kept connections that ask for nothing more are closed', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: 'timeouts: { keep_alive: 500 ms }' });
    const sockets = await Promise.all(Array.from({ length: 20 }, () => open(gate.port)));
    const over = sockets.map((socket) => closed(socket));
    for (const socket of sockets) socket.write(GET);
    await Promise.all(over);
  });

  it('handshakes that are never finished end, and others get through meanwhile', async () => {
    const { cert, key } = makeCertificate(testFolder(), 'localhost');
    const gate = await startGate((await startUpstream()).port, {
      yaml: `slow_clients: { handshake: 1 s }\nlisteners: [{ port: 0, tls: { certificate: ${cert}, key: ${key} } }]`,
    });
    const silent = await Promise.all(Array.from({ length: 50 }, () => open(gate.port)));
    const over = silent.map((socket) => closed(socket));
    const honest = connectSecurely({ host: '127.0.0.1', port: gate.port, rejectUnauthorized: false });
    honest.write(GET);
    expect(await receive(honest, 'hello')).toMatch(/^HTTP\/1\.1 200 /);
    honest.destroy();
    await Promise.all(over);
  });

  it('a client that renegotiates again and again is cut off', async () => {
    const { cert, key } = makeCertificate(testFolder(), 'localhost');
    const gate = await startGate((await startUpstream()).port, {
      yaml: `listeners: [{ port: 0, tls: { certificate: ${cert}, key: ${key} } }]`,
    });
    const socket = connectSecurely({
      host: '127.0.0.1',
      port: gate.port,
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
    });
    let isOver = false;
    const over = closed(socket).then(() => {
      isOver = true;
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    for (let round = 0; round < 10 && !isOver; round++) {
      await Promise.race([
        over,
        new Promise((resolve) => socket.renegotiate({ rejectUnauthorized: false }, resolve)),
        wait(500),
      ]);
    }
    await over;
    const other = connectSecurely({ host: '127.0.0.1', port: gate.port, rejectUnauthorized: false });
    other.write(GET);
    expect(await receive(other, 'hello')).toMatch(/^HTTP\/1\.1 200 /);
    other.destroy();
  });
});

it('A92: whatever bytes a client sends, a request is one line in each log', async () => {
  const gate = await startGate((await startUpstream()).port, {
    rules: 'SecRuleEngine On\nSecRule REQUEST_HEADERS:User-Agent "@rx ." "id:1,phase:1,pass,log,msg:\'agent\'"\n',
  });
  const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
    (one) => !'\r\n\0'.includes(one),
  );
  let sent = 0;
  for (const one of bytes) {
    const answer = await talk(
      gate.port,
      `GET /?a=%0d%0a%1b HTTP/1.1\r\nHost: a\r\nUser-Agent: x${one}y\r\nConnection: close\r\n\r\n`,
      5000,
    );
    if (answer.startsWith('HTTP/1.1 ')) sent++;
  }
  const lines = (await gate.accessLog()).split('\n').slice(0, -1);
  expect(lines).toHaveLength(sent);
  for (const line of [...lines, ...(await gate.errorLog()).split('\n')]) expect(line).toMatch(/^[\x20-\x7e]*$/);
});

it('A94: the audit log is for its owner and group only', async () => {
  const gate = await startGate((await startUpstream()).port, {
    rules: 'SecRuleEngine On\nSecAuditEngine On\nSecAction "id:1,phase:1,pass,log"\n',
  });
  expect((await ask(gate.port, '/')).status).toBe(200);
  expect(await gate.auditLog()).not.toBe('');
  expect(statSync(join(gate.folder, 'audit.log')).mode & 0o027).toBe(0);
});

it('A96: a configuration that does not load changes nothing', async () => {
  const upstream = await startUpstream();
  const rules = 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,phase:1,deny,status:403"\n';
  const gate = await startGate(upstream.port, { rules });
  const bad = testConfig(gate.folder, upstream.port, { rules: 'SecRule ARGS "@noSuchThing" "id:1"\n' });
  await expect(gate.gateway.reload(bad)).rejects.toThrow();
  expect([(await ask(gate.port, '/?a=evil')).status, (await ask(gate.port, '/')).status]).toEqual([403, 200]);
});
