/** Persistent collections of real gates: shared, kept over a reload, and what happens when their store is away. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../src/index.ts';
import { ask } from './support/client.ts';
import { runCommand, startCommand } from './support/command.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { describeRedis, freePort, startRedis } from './support/redis.ts';
import { startUpstream } from './support/upstream.ts';

/** Every request counts; `?show` tells the count in a redirect and does not. */
const COUNTING = `SecRuleEngine On
SecAction "id:1,phase:1,nolog,pass,initcol:global=all"
SecRule ARGS:show "@rx ." "id:2,phase:1,nolog,redirect:'/hits/%{global.hits}'"
SecAction "id:3,phase:1,nolog,pass,setvar:global.hits=+1"
`;

async function hits(port: number): Promise<string> {
  const { status, headers } = await ask(port, '/?show=1');
  return status === 302 ? String(headers.location).replace('/hits/', '') : `status ${status}`;
}

/** Counting ends after the answer, so the number comes a moment later. */
async function expectHits(port: number, expected: number): Promise<void> {
  await expect.poll(() => hits(port)).toBe(String(expected));
}

async function visit(port: number, times: number): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => ask(port, '/')));
  return [...new Set(answers.map((one) => one.status))];
}

describe('the guide', () => {
  const guide = readFileSync(new URL('../../../docs/guide/persistent-collections.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind, text = '']) => ({ kind, text }));

  it('its rules let 20 log-ins through, and everything else', async () => {
    const upstream = await startUpstream();
    const rules = blocks.find(({ text }) => text.includes('initcol:'))?.text ?? '';
    const gate = await startGate(upstream.port, { rules: `SecRuleEngine On\n${rules}` });
    const answers: number[] = [];
    for (let attempt = 0; attempt < 22; attempt++) answers.push((await ask(gate.port, '/login')).status);
    expect(answers).toEqual([...Array(20).fill(200), 429, 429]);
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect(await gate.errorLog()).toContain('[msg "Too many log-ins from 127.0.0.1"]');
  });

  it('its settings are settings', () => {
    const settings = blocks.filter(({ kind }) => kind === 'yaml');
    expect(settings).toHaveLength(2);
    for (const { text } of settings) {
      expect(parseConfig(text, 'sallyport.yaml', { REDIS_PASSWORD: 'x' }).mistakes).toEqual([]);
    }
  });
});

describe('collections on disk', () => {
  it('two gates with the same SecDataDir count together, and the counts outlive them', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    writeFileSync(join(folder, 'rules.conf'), `SecDataDir ${folder}\n${COUNTING}`);
    const words = [
      '--listen',
      '127.0.0.1:0',
      '--upstream',
      `http://127.0.0.1:${upstream.port}`,
      '--rules',
      'rules.conf',
    ];
    const [one, other] = await Promise.all([startCommand(words, folder), startCommand(words, folder)]);
    await Promise.all([visit(one.port, 60), visit(other.port, 40)]);
    await expectHits(one.port, 100);
    await expectHits(other.port, 100);
    expect(existsSync(join(folder, 'sallyport-collections.sqlite'))).toBe(true);

    one.child.kill('SIGKILL');
    other.child.kill('SIGTERM');
    await Promise.all([one.finished(), other.finished()]);
    const third = await startCommand(words, folder);
    await visit(third.port, 1);
    await expectHits(third.port, 101);
  });

  it('a damaged file stops the start with one line', async () => {
    const folder = testFolder();
    writeFileSync(join(folder, 'rules.conf'), `SecDataDir ${folder}\n${COUNTING}`);
    const path = join(folder, 'sallyport-collections.sqlite');
    writeFileSync(path, 'no database at all\n'.repeat(300));
    const words = ['run', '--listen', '127.0.0.1:0', '--upstream', 'http://127.0.0.1:1', '--rules', 'rules.conf'];
    const { code, err } = await runCommand(words, folder);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^collections cannot be kept in \S+: it is damaged .*; move it away to begin with empty collections\n$/,
    );
    expect(readFileSync(path, 'latin1')).toBe('no database at all\n'.repeat(300));
  });

  it('checking a configuration opens nothing', async () => {
    const folder = testFolder();
    writeFileSync(join(folder, 'rules.conf'), `SecDataDir ${folder}\n${COUNTING}`);
    writeFileSync(
      join(folder, 'sallyport.yaml'),
      'listeners: [{ port: 8080 }]\nupstreams: { app: "http://127.0.0.1:1" }\nrules: { files: rules.conf }\n',
    );
    expect(await runCommand(['check'], folder)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'sallyport-collections.sqlite'))).toBe(false);
  });

  it('a key that is too long is a line in the log, and the request passes', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: 'SecRuleEngine On\nSecAction "id:1,phase:1,nolog,pass,initcol:ip=%{ARGS.key},setvar:ip.hits=+1"\n',
      yaml: 'collections: { store: disk, path: c.sqlite }',
    });
    expect((await ask(gate.port, `/?key=${'k'.repeat(1025)}`)).status).toBe(200);
    await expect
      .poll(() => gate.errorLog())
      .toContain('the key of a record of IP is 1025 bytes long; 1024 are allowed');
  });
});

describe('a reload', () => {
  it.each([
    ['memory', 'collections: { store: memory }'],
    ['disk', 'collections: { path: c.sqlite }'],
  ])('keeps what is counted in %s', async (_name, yaml) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: COUNTING, yaml });
    await visit(gate.port, 5);
    await expectHits(gate.port, 5);
    await gate.gateway.reload(testConfig(gate.folder, upstream.port, { rules: `${COUNTING}# changed\n`, yaml }));
    await visit(gate.port, 1);
    await expectHits(gate.port, 6);
  });

  it('may change the store; the new one begins with what it has', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: COUNTING });
    await visit(gate.port, 5);
    await expectHits(gate.port, 5);
    const yaml = 'collections: { path: c.sqlite }';
    await gate.gateway.reload(testConfig(gate.folder, upstream.port, { rules: COUNTING, yaml }));
    expect(gate.gateway.rules.collections?.description).toBe(join(gate.folder, 'c.sqlite'));
    await visit(gate.port, 1);
    await expectHits(gate.port, 1);
  });

  it('with a store that cannot be had is refused, and nothing changes', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: COUNTING });
    await visit(gate.port, 2);
    const next = testConfig(gate.folder, upstream.port, {
      rules: COUNTING,
      yaml: 'collections: { path: none/c.sqlite }',
    });
    await expect(gate.gateway.reload(next)).rejects.toThrow(/there is no folder/);
    await expectHits(gate.port, 2);
  });
});

describeRedis('collections in Redis', () => {
  it('are shared by gates; without the server a gate counts alone, then together again', async () => {
    const folder = testFolder();
    const port = await freePort();
    let server = await startRedis(folder, port);
    onTestFinished(() => server.kill());
    const upstream = await startUpstream();
    const yaml = `collections: { store: redis, url: "${server.url}", timeout: 2 s }`;
    const one = await startGate(upstream.port, { rules: COUNTING, yaml });
    const other = await startGate(upstream.port, { rules: COUNTING, yaml });
    expect(await Promise.all([visit(one.port, 30), visit(other.port, 20)])).toEqual([[200], [200]]);
    await expectHits(one.port, 50);
    await expectHits(other.port, 50);

    await server.kill();
    expect(await visit(one.port, 10)).toEqual([200]);
    await expectHits(one.port, 10);
    expect(await visit(one.port, 5)).toEqual([200]);
    await expectHits(one.port, 15);
    expect(one.gateway.rules.collections?.health).toMatchObject({ isAway: true, localUpdates: 15 });
    const away = `redis://127.0.0.1:${port} cannot be used (`;
    const log = await one.errorLog();
    expect(log.split(away)).toHaveLength(2);
    expect(log).toContain('counting in this process, from nothing, until it is back');

    server = await startRedis(folder, port);
    await expect.poll(() => one.errorLog()).toMatch(/is back after .* updates counted in this process/);
    await visit(one.port, 1);
    // The server came back empty, and nothing was added to it.
    await expectHits(one.port, 1);
    expect((await one.errorLog()).split(away)).toHaveLength(2);
  });

  it('with when_away: refuse, requests whose rules need them get 500, and others pass', async () => {
    const folder = testFolder();
    const server = await startRedis(folder, await freePort());
    onTestFinished(() => server.kill());
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: COUNTING.replace('SecAction "id:1', 'SecRule REQUEST_URI "!@beginsWith /free" "id:1'),
      yaml: `collections: { store: redis, url: "${server.url}", when_away: refuse, timeout: 2 s }`,
    });
    expect(await visit(gate.port, 1)).toEqual([200]);
    await server.kill();
    await expect.poll(async () => (await ask(gate.port, '/')).status).toBe(500);
    expect((await ask(gate.port, '/free')).status).toBe(200);
    const log = await gate.errorLog();
    expect(log).toContain('requests whose rules open a collection are refused until it is back');
    expect(log).toContain('persistent collections are not available: redis://127.0.0.1:');
  });

  it('a gate starts without the server, says so, and uses it when it comes', async () => {
    const port = await freePort();
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: COUNTING,
      yaml: `collections: { store: redis, url: "redis://127.0.0.1:${port}", timeout: 2 s }`,
    });
    await expect.poll(() => gate.errorLog()).toContain('cannot be used');
    expect(await visit(gate.port, 3)).toEqual([200]);
    await expectHits(gate.port, 3);
    const server = await startRedis(testFolder(), port);
    onTestFinished(() => server.kill());
    await expect.poll(() => gate.errorLog()).toContain('is back after');
    await visit(gate.port, 1);
    await expectHits(gate.port, 1);
  });

  it('a server that hangs does not hold requests up', async () => {
    const server = await startRedis(testFolder(), await freePort());
    onTestFinished(() => server.kill());
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: COUNTING,
      yaml: `collections: { store: redis, url: "${server.url}", timeout: 2 s }`,
    });
    await visit(gate.port, 1);
    server.process.kill('SIGSTOP');
    const begun = performance.now();
    expect(await visit(gate.port, 1)).toEqual([200]);
    const first = performance.now() - begun;
    const rest = performance.now();
    expect(await visit(gate.port, 5)).toEqual([200]);
    const others = performance.now() - rest;
    server.process.kill('SIGCONT');
    // One limit for the request that found out, and none for the others.
    expect(first).toBeLessThan(4000);
    expect(others).toBeLessThan(2000);
    expect(await gate.errorLog()).toContain('cannot be used (Command timed out)');
  });
});
