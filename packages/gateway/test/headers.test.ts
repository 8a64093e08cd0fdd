import { describe, expect, it } from 'vitest';
import { ask, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startRawUpstream, startUpstream } from './support/upstream.ts';

const SPOOFED = {
  'X-Forwarded-For': '203.0.113.7, 192.0.2.1',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'evil.test',
  'X-Forwarded-Port': '1',
  Forwarded: 'for=203.0.113.7',
  'X-Real-IP': '203.0.113.7',
};

describe('forwarding headers', () => {
  it('of strangers are replaced by what the gate knows', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await ask(gate.port, '/', { headers: { ...SPOOFED, Host: 'a.test' } });
    expect(upstream.seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'a.test',
      'x-forwarded-port': String(gate.port),
      forwarded: 'for=127.0.0.1;host="a.test";proto=http',
      'x-real-ip': '127.0.0.1',
    });
  });

  it('of trusted peers are continued, and name the client for rules and logs', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: `SecRuleEngine On\nSecRule REMOTE_ADDR "@ipMatch 203.0.113.7" "id:1,phase:1,deny,log"\n`,
      yaml: 'trusted_proxies: [127.0.0.0/8, 192.0.2.1]',
    });
    expect((await ask(gate.port, '/', { headers: SPOOFED })).status).toBe(403);
    expect(await gate.accessLog()).toMatch(/^203\.0\.113\.7 /);
    await ask(gate.port, '/', { headers: { ...SPOOFED, 'X-Forwarded-For': 'junk, 198.51.100.9, 192.0.2.1' } });
    expect(upstream.seen[0]?.headers).toMatchObject({
      'x-forwarded-for': 'junk, 198.51.100.9, 192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.test',
      'x-real-ip': '198.51.100.9',
    });
  });
});

describe('heads', () => {
  it.each([
    ['target_length: 100 B', `GET /${'a'.repeat(100)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['header_size: 1 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(1100)}\r\n\r\n`, 431],
    ['header_count: 3', 'GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n', 431],
  ])('larger than limits.%s are refused, with or without a client that goes on', async (limit, head, status) => {
    const upstream = await startUpstream();
    const [limited, usual] = [
      await startGate(upstream.port, { yaml: `limits: { ${limit} }` }),
      await startGate(upstream.port),
    ];
    expect(await talk(limited.port, head)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(upstream.seen).toEqual([]);
    expect(await talk(usual.port, head.replace('Host: a', 'Host: a\r\nConnection: close'))).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('hop-by-hop headers', () => {
  it('end at the gate, with those Connection names', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await talk(
      gate.port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Connection: close\r\nProxy-Authorization: x\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nX-End: 1\r\n\r\n',
    );
    const names = upstream.seen[0]?.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toContain('x-end');
    for (const name of [
      'x-hop',
      'keep-alive',
      'te',
      'proxy-connection',
      'proxy-authorization',
      'upgrade',
      'http2-settings',
    ]) {
      expect(names).not.toContain(name);
    }
  });

  it('of answers end at the gate too', async () => {
    const upstream = await startRawUpstream((socket) => {
      socket.end(
        'HTTP/1.1 200 OK\r\nConnection: close, X-Hop, Content-Length\r\nX-Hop: 1\r\nKeep-Alive: timeout=99\r\nUpgrade: h2c\r\nX-End: 1\r\nContent-Length: 2\r\n\r\nhi',
      );
    });
    const gate = await startGate(upstream.port);
    const { headers, body } = await ask(gate.port, '/');
    expect(body).toBe('hi');
    expect(headers).toMatchObject({ 'x-end': '1', 'content-length': '2' });
    expect(headers['x-hop']).toBeUndefined();
    expect(headers.upgrade).toBeUndefined();
    expect(headers['keep-alive']).not.toBe('timeout=99');
  });
});

describe('other headers', () => {
  it('repeated ones arrive merged', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n');
    const { rawHeaders = [] } = upstream.seen[0] ?? {};
    expect(rawHeaders[rawHeaders.indexOf('X-A') + 1]).toBe('1, 2');
    expect(rawHeaders).not.toContain('x-a');
  });

  it.each([
    ['drop', 200, false],
    ['pass', 200, true],
    ['refuse', 400, false],
  ])('underscores: %s', async (policy, status, arrives) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: `http: { underscore_headers: ${policy} }` });
    expect((await ask(gate.port, '/', { headers: { X_Forwarded_For: '1.2.3.4' } })).status).toBe(status);
    expect(upstream.seen.some((one) => one.rawHeaders.includes('X_Forwarded_For'))).toBe(arrives);
  });

  it.each([
    ['are taken away: rules and `http.methods` have seen a POST', '', []],
    [
      'are passed on where asked for',
      'http: { method_overrides: true }',
      ['x-http-method', 'x-http-method-override', 'x-method-override'],
    ],
  ])('that make another method of a POST %s', async (_what, yaml, passed) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml });
    const headers = { 'X-HTTP-Method-Override': 'DELETE', 'x-http-method': 'DELETE', 'X-Method-Override': 'DELETE' };
    await ask(gate.port, '/', { method: 'POST', headers });
    const names = Object.keys(upstream.seen[0]?.headers ?? {});
    expect(names.filter((name) => name.includes('method')).sort()).toEqual(passed);
  });

  it('names that objects have by themselves are just names', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await talk(
      gate.port,
      'GET / HTTP/1.1\r\nHost: a\r\n__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\nConnection: close\r\n\r\n',
    );
    expect(upstream.seen[0]?.rawHeaders).toEqual(expect.arrayContaining(['constructor', '2', 'toString', '3']));
  });

  it('Server is masked where asked for, also on pages of the gate', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('Server', 'real/1.0').end('x');
    });
    const gate = await startGate(upstream.port, { yaml: 'server_header: Microsoft-IIS/5.0' });
    expect((await ask(gate.port, '/')).headers['server']).toBe('Microsoft-IIS/5.0');
    expect((await ask(gate.port, '/a/../b')).headers['server']).toBe('Microsoft-IIS/5.0');
    expect(await talk(gate.port, 'NONSENSE\r\n\r\n')).toContain('Server: Microsoft-IIS/5.0');
  });

  it('SecServerSignature masks Server with no other setting', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('Server', 'real/1.0').end('x');
    });
    const gate = await startGate(upstream.port, {
      rules: 'SecRuleEngine On\nSecServerSignature "Microsoft-IIS/5.0"\n',
    });
    expect((await ask(gate.port, '/')).headers['server']).toBe('Microsoft-IIS/5.0');
  });
});
