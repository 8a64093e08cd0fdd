/** Upload tokens made, made anew and taken back while the gate runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askGate } from '../../src/admin/client.ts';
import { ask } from '../support/client.ts';
import { type RunningCommand, runCommand, startCommand } from '../support/command.ts';
import { testFolder } from '../support/gate.ts';
import { startUpstream } from '../support/upstream.ts';

interface Place {
  readonly folder: string;
  start(): Promise<RunningCommand>;
  api(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** A token for `/up`, of alice unless said otherwise. */
  issue(more?: object): Promise<{ readonly token: string; readonly id: string; readonly expires: number }>;
}

async function placeOf(workers: number): Promise<Place> {
  const upstream = await startUpstream();
  const folder = testFolder();
  writeFileSync(join(folder, 'secret'), 'a secret of at least thirty-two bytes');
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: 0 }]
upstreams: { app: "http://127.0.0.1:${upstream.port}" }
auth: { upload_token: { uploads: { secret_files: secret, max_ttl: 2 h } } }
routes: [{ upstream: app, waf: off, auth: { providers: uploads } }]
logs: { access: access.log, error: error.log }
run_dir: run
state_dir: state
`,
  );
  const api: Place['api'] = (method, path, body) => askGate(join(folder, 'run', 'control.sock'), method, path, body);
  return {
    folder,
    start: () => startCommand(['--workers', String(workers)], folder),
    api,
    async issue(more = {}) {
      const wish = { user: 'alice', path: '/up', max_bytes: 10, seconds: 600, by: 'test', ...more };
      const { status, body } = await api('POST', '/upload-tokens', wish);
      expect({ status, body }).toMatchObject({ status: 200 });
      return body as Awaited<ReturnType<Place['issue']>>;
    },
  };
}

/** Status of an upload; many, over connections of their own, so that every worker is asked. */
async function upload(gate: RunningCommand, token: string, times = 8): Promise<readonly number[]> {
  const statuses = await Promise.all(
    Array.from({ length: times }, async () => {
      const headers = { authorization: `Bearer ${token}`, connection: 'close' };
      return (await ask(gate.port, '/up/a', { method: 'PUT', headers }, 'body')).status;
    }),
  );
  return [...new Set(statuses)];
}

async function stop(gate: RunningCommand): Promise<void> {
  gate.child.kill('SIGTERM');
  expect((await gate.finished()).code).toBe(0);
}

describe('upload tokens', () => {
  it.each([0, 2])('are taken back in every worker, and stay so over a restart, with %i workers', async (workers) => {
    const place = await placeOf(workers);
    const first = await place.start();
    const [lost, kept] = [await place.issue(), await place.issue()];
    const bobs = await place.issue({ user: 'bob' });
    expect([await upload(first, lost.token), await upload(first, bobs.token)]).toEqual([[200], [200]]);

    expect(await place.api('POST', '/upload-tokens/revoke', { token: lost.token, by: 'ann' })).toMatchObject({
      status: 200,
      body: { id: lost.id, by: 'ann', until: lost.expires, workers: Math.max(1, workers) },
    });
    expect(await place.api('POST', '/upload-tokens/revoke', { user: 'bob' })).toMatchObject({ status: 200 });
    expect([await upload(first, lost.token), await upload(first, bobs.token)]).toEqual([[401], [401]]);
    expect(await upload(first, kept.token)).toEqual([200]);
    const { headers } = await ask(first.port, '/up/a', {
      method: 'PUT',
      headers: { authorization: `Bearer ${lost.token}` },
    });
    expect(headers['www-authenticate']).toContain('error_description="The token was revoked"');
    await stop(first);

    const second = await place.start();
    expect([await upload(second, lost.token), await upload(second, bobs.token)]).toEqual([[401], [401]]);
    expect(await upload(second, kept.token)).toEqual([200]);
    expect(await place.api('GET', '/upload-tokens/revoked')).toMatchObject({
      body: {
        revoked: [
          { id: lost.id, by: 'ann' },
          { user: 'bob', by: 'unknown' },
        ],
      },
    });
    await stop(second);
  });

  it('are taken back in a worker that starts later', async () => {
    const place = await placeOf(1);
    const gate = await place.start();
    const { token, id } = await place.issue();
    await place.api('POST', '/upload-tokens/revoke', { id });
    type Status = { readonly workers: readonly { readonly pid: number; readonly state: string }[] };
    const workers = async (): Promise<Status['workers']> =>
      ((await place.api('GET', '/status')).body as Status).workers.filter(({ state }) => state === 'serving');
    const victim = (await workers())[0]?.pid ?? 0;
    process.kill(victim, 'SIGKILL');
    await expect.poll(async () => (await workers()).some(({ pid }) => pid !== victim)).toBe(true);
    expect(await upload(gate, token)).toEqual([401]);
  });

  it('are made anew, once', async () => {
    const place = await placeOf(0);
    const gate = await place.start();
    const old = await place.issue({ seconds: 300 });
    const refresh = (token: string): ReturnType<Place['api']> =>
      place.api('POST', '/upload-tokens/refresh', { token, seconds: 3000 });
    const { status, body } = await refresh(old.token);
    expect({ status, body }).toMatchObject({ status: 200, body: { user: 'alice', path: '/up' } });
    const fresh = body as { readonly token: string; readonly expires: number };
    expect(fresh.expires - old.expires).toBeGreaterThan(2_600_000);
    // Who has the old one may go over to the new one.
    expect([await upload(gate, old.token), await upload(gate, fresh.token)]).toEqual([[200], [200]]);
    expect(await refresh(old.token)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('already') },
    });
    await place.api('POST', '/upload-tokens/revoke', { token: fresh.token });
    expect(await refresh(fresh.token)).toMatchObject({ status: 400, body: { error: 'the token was revoked' } });
  });

  const NONSENSE: readonly (readonly [path: string, body: object, error: RegExp])[] = [
    ['', {}, /"user" and "path" are texts/],
    ['', { user: 'a', path: '/up' }, /"max_bytes" and "seconds" are numbers/],
    ['', { user: 'a', path: 'up', max_bytes: 1 }, /path: "up"/],
    ['', { user: '', path: '/up', max_bytes: 1 }, /"" cannot be a name/],
    ['', { user: 'a', path: '/up', max_bytes: 1, seconds: 9000 }, /longer than "max_ttl" \(7200 s\)/],
    ['', { user: 'a', path: '/up', max_bytes: 1, provider: 'x' }, /there is no provider "x"; there is uploads/],
    ['', { user: 'a', path: '/up', max_bytes: 1, methods: ['get it'] }, /methods:/],
    ['/refresh', { token: 'sput1.a.b' }, /nobody here has made this token/],
    ['/revoke', {}, /one of "token", "id" and "user"/],
    ['/revoke', { id: 'AAAAAAAAAAAA', user: 'a' }, /one of "token", "id" and "user"/],
    ['/revoke', { id: 'x' }, /"x" is not the id of a token/],
    ['/revoke', { token: 'sput1.a.b' }, /nobody here has made this token/],
  ];

  it('are not made of nonsense', async () => {
    const place = await placeOf(0);
    await place.start();
    for (const [path, body, error] of NONSENSE) {
      expect(await place.api('POST', `/upload-tokens${path}`, body)).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(error) },
      });
    }
  });

  it('are looked after by the command', async () => {
    const place = await placeOf(0);
    const gate = await place.start();
    const config = ['--socket', join(place.folder, 'run', 'control.sock')];
    const run = (input: string, ...words: string[]): ReturnType<typeof runCommand> =>
      runCommand(['token', ...words, ...config], place.folder, input);
    const { out: made } = await runCommand(
      ['token', '--user', 'jörg', '--path', '/up', '--max-bytes', '10'],
      place.folder,
    );
    const refreshed = await run(made, 'refresh', '--ttl', '30m');
    expect(refreshed).toMatchObject({ code: 0, err: '' });
    const token = refreshed.out.trim();
    expect(await upload(gate, token, 1)).toEqual([200]);
    expect(await run(`${token}\n`, 'revoke')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^revoked: [\w-]{12}\n$/),
    });
    expect(await upload(gate, token, 1)).toEqual([401]);
    expect(await run('', 'revoke', '--user', 'jörg')).toMatchObject({ out: 'revoked: all of jörg until now\n' });
    const { out: listed } = await run('', 'revoked');
    expect(listed.split('\n').filter((line) => line !== '')).toHaveLength(3);
    expect(listed).toMatch(/^all of jörg\tsince .* by /m);
    expect(await run('', 'refresh')).toMatchObject({ code: 1, err: 'there is no token on standard input\n' });
    expect(await run('', 'revoke', 'a', 'b')).toMatchObject({ code: 2 });
  });
});
