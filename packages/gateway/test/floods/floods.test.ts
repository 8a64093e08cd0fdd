/** Floods through a running gate. Clients on 127.0.0.2 and so on are not on the list of those that are never counted. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Answer, ask } from '../support/client.ts';
import { type RunningGate, startGate, testConfig, testFolder } from '../support/gate.ts';
import { describeRedis, freePort, startRedis } from '../support/redis.ts';
import { wait } from '../support/silence.ts';
import { startUpstream } from '../support/upstream.ts';

/**
 * The clock of the gates of this process, by which requests in a second are counted. It stands still unless a test moves it, so a second
 * holds as many requests as the test sends, however busy the machine is.
 */
const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock('../../src/stages/flood/steady-time.ts', () => ({ steadyTime: () => clock.now }));
beforeEach(() => {
  clock.now = 1_000_000;
});

const FLOODER = '127.0.0.2';

function askAs(
  gate: RunningGate,
  localAddress: string,
  path = '/',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(gate.port, path, { localAddress, headers });
}

async function statusesOf(
  gate: RunningGate,
  count: number,
  localAddress = FLOODER,
  path = '/',
): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at++) all.push((await askAs(gate, localAddress, path)).status);
  return all;
}

/** Sends bytes from an address of choice; gives what comes back until the gate closes. */
function talkAs({ port }: RunningGate, localAddress: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write(bytes, 'latin1'));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket
      .on('close', () => resolve(received))
      .on('error', (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ECONNRESET') reject(cause);
      });
  });
}

const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

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

describe('bans', () => {
  it('are added, listed and lifted', async () => {
    const gate = await startGate((await startUpstream()).port);
    const { floods } = gate.gateway;
    await floods.add(FLOODER, 60_000, 'asked for');
    expect((await askAs(gate, FLOODER)).status).toBe(429);
    const [ban] = await floods.list();
    expect(ban).toMatchObject({ address: FLOODER, by: 'manual', reason: 'asked for' });
    expect(Math.abs((ban?.until ?? 0) - Date.now() - 60_000)).toBeLessThan(5000);
    expect(await floods.remove(FLOODER)).toBe(true);
    expect(await floods.remove(FLOODER)).toBe(false);
    expect((await askAs(gate, FLOODER)).status).toBe(200);
  });

  it('outlive a reload, whether it changes them or not', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await gate.gateway.floods.add(FLOODER, 60_000, 'asked for');
    for (const yaml of ['', 'floods: { path: { requests: 7 } }']) {
      await gate.gateway.reload(testConfig(gate.folder, upstream.port, { yaml }));
      await wait(50);
      expect((await askAs(gate, FLOODER)).status).toBe(429);
    }
  });

  it('end by themselves', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1, per: 100 ms }, ban: 500 ms }',
    });
    expect(await statusesOf(gate, 3)).toEqual([200, 429, 429]);
    clock.now += 490;
    expect((await askAs(gate, FLOODER)).status).toBe(429);
    clock.now += 20;
    expect((await askAs(gate, FLOODER)).status).toBe(200);
  });
});

describe('hooks', () => {
  it('a program, a webhook that fails once, and a file for nftables', async () => {
    const posts: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        posts.push(body);
        response.writeHead(posts.length === 1 ? 500 : 204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const gate = await startGate((await startUpstream()).port, {
      yaml: `floods:
  path: { requests: 1 }
  hooks:
    program: [/bin/sh, -c, 'printf "%%s|" "$@" > "$0"', ./told, "%s", "%r", "%t", "$(id)"]
    webhook: http://127.0.0.1:${port}/ban
    nftables: bans.nft`.replace('./told', join('/tmp', `told-${process.pid}`)),
    });
    const told = join('/tmp', `told-${process.pid}`);
    onTestFinished(() => void spawnSync('rm', ['-f', told]));
    await statusesOf(gate, 2);
    await expect
      .poll(() => existsSync(told) && readFileSync(told, 'latin1'))
      .toBe('127.0.0.2|path: 2 requests in 1 s, and 1 may be|60|$(id)|');
    await expect.poll(() => posts.length).toBe(2);
    expect(JSON.parse(posts[1] ?? '')).toMatchObject({ address: FLOODER, by: 'path', seconds: 60 });
    const file = join(gate.folder, 'bans.nft');
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'latin1'))
      .toMatch(
        /^add table inet sallyport\nadd set inet sallyport sallyport4 .*\nflush set .*\nadd element inet sallyport sallyport4 \{ 127\.0\.0\.2 timeout \d+s \}\n/,
      );
    await gate.gateway.floods.remove(FLOODER);
    await expect.poll(() => readFileSync(file, 'latin1')).not.toContain('add element');
  });

  it('a program that goes on holds nobody up', async () => {
    const fifo = join(testFolder(), 'end');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const gate = await startGate((await startUpstream()).port, {
      yaml: `floods: { path: { requests: 1 }, hooks: { program: [/bin/cat, ${fifo}], timeout: 2 m } }`,
    });
    expect(await statusesOf(gate, 10)).toEqual([200, ...times(9, 429)]);
    // It has been reading all the time: this opens only for a reader that is there.
    await writeFile(fifo, '');
    expect(await gate.errorLog()).not.toContain('/bin/cat');
  });

  it('a program that hangs is killed', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1 }, hooks: { program: [/bin/sleep, "100"], timeout: 300 ms } }',
    });
    await statusesOf(gate, 2);
    await expect.poll(() => gate.errorLog()).toContain('/bin/sleep took longer than 300 ms and was killed');
  });
});

describe('processes of one gate', () => {
  it('count together through a folder', async () => {
    const upstream = await startUpstream();
    const one = await startGate(upstream.port, {
      yaml: `floods: { path: { requests: 10, per: 1 m }, shared_dir: shared }`,
    });
    const two = await startGate(upstream.port, {
      yaml: `floods: { path: { requests: 10, per: 1 m }, shared_dir: ${join(one.folder, 'shared')} }`,
    });
    const all = await Promise.all(Array.from({ length: 40 }, (_, at) => askAs(at % 2 === 0 ? one : two, FLOODER)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    await two.gateway.floods.remove(FLOODER);
    await expect.poll(async () => (await one.gateway.floods.list()).length).toBe(0);
  });
});

describeRedis('machines count together through Redis', () => {
  const yaml = (url: string, timeout: string, more = ''): string =>
    `floods: { path: { requests: 10, per: 1 m }, store: { url: "${url}", timeout: ${timeout}${more} } }`;

  it('exactly, also while they ask at the same time; bans are shared, listed and lifted', async () => {
    const upstream = await startUpstream();
    const folder = (await startGate(upstream.port)).folder;
    const redis = await startRedis(folder, await freePort());
    onTestFinished(() => redis.kill());
    const gates = await Promise.all([1, 2].map(() => startGate(upstream.port, { yaml: yaml(redis.url, '1 m') })));
    const [one, two] = gates as [RunningGate, RunningGate];
    const all = await Promise.all(Array.from({ length: 60 }, (_, at) => askAs(at % 2 === 0 ? one : two, FLOODER)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    expect((await askAs(two, '127.0.0.9')).status).toBe(200);
    expect(await two.gateway.floods.list()).toMatchObject([
      { address: FLOODER, by: 'path', reason: 'path: 11 requests in 60 s, and 10 may be' },
    ]);
    await one.gateway.floods.remove(FLOODER);
    // The other gate takes a ban for granted for a second.
    clock.now += 1100;
    expect((await askAs(two, FLOODER, '/other')).status).toBe(200);
    await two.gateway.floods.add('127.0.0.8', 60_000, 'by hand');
    expect((await askAs(one, '127.0.0.8')).status).toBe(429);
  });

  it.each([
    ['local', '', [...times(10, 200), 429, 429]],
    ['pass', ', when_away: pass', times(12, 200)],
    ['refuse', ', when_away: refuse', times(12, 503)],
  ])('stopped and started in between, when_away: %s', async (_name, more, whileAway) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'logs: { error: error.log }' });
    const port = await freePort();
    const redis = await startRedis(gate.folder, port);
    await gate.gateway.reload(
      testConfig(gate.folder, upstream.port, { yaml: `${yaml(redis.url, '1 m', more)}\nlogs: { error: error.log }` }),
    );
    expect(await statusesOf(gate, 3, '127.0.0.5')).toEqual(times(3, 200));
    await redis.kill();
    // None of them waits for the minute that the server has to answer.
    expect(await statusesOf(gate, 12)).toEqual(whileAway);
    expect(await gate.errorLog()).toMatch(/redis:\/\/127\.0\.0\.1:\d+ cannot be used/);
    const again = await startRedis(gate.folder, port);
    onTestFinished(() => again.kill());
    await expect.poll(() => gate.errorLog()).toContain('counting there again');
    expect(await statusesOf(gate, 12, '127.0.0.6')).toEqual([...times(10, 200), 429, 429]);
  });

  it('a server that hangs holds a request up for its time, and the next ones not at all', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const redis = await startRedis(gate.folder, await freePort());
    const hung = await startGate(upstream.port, { yaml: yaml(redis.url, '2 s') });
    expect((await askAs(hung, FLOODER)).status).toBe(200);
    redis.process.kill('SIGSTOP');
    onTestFinished(async () => {
      redis.process.kill('SIGCONT');
      await redis.kill();
    });
    const first = performance.now();
    expect((await askAs(hung, FLOODER)).status).toBe(200);
    expect(performance.now() - first).toBeLessThan(4000);
    const rest = performance.now();
    expect(await statusesOf(hung, 5)).toEqual(times(5, 200));
    expect(performance.now() - rest).toBeLessThan(2000);
  });
});
