/** Floods through a running gate: who is counted, and what happens then. */
import { describe, expect, it, vi } from 'vitest';
import { ask } from '../support/client.ts';
import { startGate } from '../support/gate.ts';
import { startUpstream } from '../support/upstream.ts';
import { askAs, FLOODER, statusesOf, talkAs, times } from './clients.ts';
import { clock } from './still-clock.ts';

vi.mock('../../src/stages/flood/steady-time.ts', () => import('./still-clock.ts'));

describe('a gate without a word about floods', () => {
  it('bans 100 requests a second in less than one, and nobody else', async () => {
    const gate = await startGate((await startUpstream()).port);
    const started = clock.now;
    let answer = await askAs(gate, FLOODER);
    for (; answer.status === 200 && clock.now < started + 3000; clock.now += 10) answer = await askAs(gate, FLOODER);
    expect(answer.status).toBe(429);
    expect(clock.now - started).toBeLessThan(1000);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await askAs(gate, FLOODER, '/other')).status).toBe(429);
    expect((await askAs(gate, '127.0.0.3')).status).toBe(200);
    const log = await gate.errorLog();
    expect(log.match(/127\.0\.0\.2 banned for 60 s: path: 51 requests in 1 s, and 50 may be/g)).toHaveLength(1);
    expect(await gate.accessLog()).toContain(' 429 ');
  });

  it('leaves a page with a hundred parts alone, and this machine', async () => {
    const gate = await startGate((await startUpstream()).port);
    const parts = Array.from({ length: 100 }, (_, at) => askAs(gate, FLOODER, `/part/${at}`));
    for (const answer of await Promise.all(parts)) expect(answer.status).toBe(200);
    expect(await statusesOf(gate, 120, '127.0.0.1')).toEqual(times(120, 200));
  });
});

describe('what happens to a flood', () => {
  it('a status of choice', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 3 }, status: 503, ban: 0 }',
    });
    expect(await statusesOf(gate, 5)).toEqual([...times(3, 200), ...times(2, 503)]);
  });

  it('a closed connection', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1 }, action: drop }',
    });
    expect((await askAs(gate, FLOODER)).status).toBe(200);
    await expect(askAs(gate, FLOODER)).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await gate.accessLog()).toContain(' 429 ');
  });

  it('nothing but a line, where the gate only observes', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1 }, observe: true }',
    });
    expect(await statusesOf(gate, 4)).toEqual(times(4, 200));
    expect(await gate.errorLog()).toContain('127.0.0.2 would be banned for 60 s');
  });

  it('nothing, for those who are allowed, even when they are banned by hand', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1 }, allow: 127.0.0.0/28 }',
    });
    await gate.gateway.floods.add(FLOODER, 60_000, 'by mistake');
    expect(await statusesOf(gate, 4)).toEqual(times(4, 200));
    expect(await statusesOf(gate, 3, '127.0.0.77')).toEqual([200, 429, 429]);
  });

  it('the same in evasive mode: mod_evasive with DOSPageCount 2', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { mode: evasive, status: 403, evasive: { page_interval: 5 } }',
    });
    expect(await statusesOf(gate, 6)).toEqual([200, 200, 200, 403, 403, 403]);
  });
});

describe('who is counted', () => {
  it('a principal, from wherever it comes; its secret is in no log', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { principal: { from: cookie, name: session, requests: 3 } }',
    });
    const as = async (session: string, at: number): Promise<number> =>
      (await askAs(gate, `127.0.1.${at}`, '/', { Cookie: `a=b; session=${session}` })).status;
    const found: number[] = [];
    for (let at = 1; at <= 5; at++) found.push(await as('0123456789abcdef', at));
    expect(found).toEqual([200, 200, 200, 429, 429]);
    expect(await as('another', 4)).toBe(200);
    expect(JSON.stringify(await gate.gateway.floods.list())).toMatch(/"principal:[0-9a-f]{16}"/);
    expect(await gate.errorLog()).not.toContain('0123456789abcdef');
  });

  it('whoever a trusted proxy speaks for, by /64', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 2 } }\ntrusted_proxies: 127.0.0.1',
    });
    const from = async (client: string): Promise<number> =>
      (await ask(gate.port, '/', { headers: { 'X-Forwarded-For': client } })).status;
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')]).toEqual([200, 200, 429]);
    expect(await from('2001:db8:0:1::1')).toBe(200);
  });

  it('a login, while other paths are free', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { ban: 0, except_paths: /health, path: { requests: 4 }, paths: [{ path: /login, requests: 2, per: 1 m }] }',
    });
    expect(await statusesOf(gate, 3, FLOODER, '/login?user=a')).toEqual([200, 200, 429]);
    expect(await statusesOf(gate, 2, FLOODER, '/login/again')).toEqual([429, 429]);
    expect(await statusesOf(gate, 2, FLOODER, '/loginform')).toEqual([200, 200]);
    expect(await statusesOf(gate, 6, FLOODER, '/health')).toEqual(times(6, 200));
  });

  it('those that send nothing but what no parser takes', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: 'floods: { path: { requests: 3 } }' });
    const garbage: string[] = [];
    for (let at = 0; at < 5; at++) garbage.push(await talkAs(gate, FLOODER, 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'));
    expect(garbage.map((one) => one.slice(0, 12))).toEqual([
      ...Array.from({ length: 3 }, () => 'HTTP/1.1 400'),
      ...Array.from({ length: 2 }, () => 'HTTP/1.1 429'),
    ]);
    expect(garbage.at(-1)).toMatch(/\r\nRetry-After: [1-6]?\d\r\n/);
    expect((await askAs(gate, FLOODER)).status).toBe(429);
    expect((await askAs(gate, '127.0.0.3')).status).toBe(200);
    expect(await gate.errorLog()).toContain('127.0.0.2 banned for 60 s: path: 4 requests in 1 s, and 3 may be');
    expect(await gate.accessLog()).toMatch(/"GET \/ HTTP\/1\.1" 429 /);
  });

  it('nothing a trusted proxy passes on is held against the proxy', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: `floods: { path: { requests: 1 } }\ntrusted_proxies: ${FLOODER}`,
    });
    const garbage = async (): Promise<string> => (await talkAs(gate, FLOODER, 'GET / HTTP/9.9\r\n\r\n')).slice(0, 12);
    expect([await garbage(), await garbage(), await garbage()]).toEqual(
      Array.from({ length: 3 }, () => 'HTTP/1.1 505'),
    );
  });

  it('those whose garbage is dropped get no word', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1 }, action: drop }',
    });
    expect(await talkAs(gate, FLOODER, 'no such thing\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect(await talkAs(gate, FLOODER, 'no such thing\r\n\r\n')).toBe('');
  });

  it('those that collect refusals', async () => {
    const gate = await startGate((await startUpstream()).port, {
      rules: 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,phase:1,deny,status:403"\n',
      yaml: 'floods: { penalties: { points: 14 } }',
    });
    // 5 points for a rule and 2 for 403, each time.
    expect(await statusesOf(gate, 4, FLOODER, '/?a=evil')).toEqual([403, 403, 429, 429]);
    expect(await gate.errorLog()).toContain('14 penalty points in 600 s');
  });
});
