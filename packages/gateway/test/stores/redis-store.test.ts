/** The Redis store against real servers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { change, describeStore } from '../../../engine/test/collections/store.cases.ts';
import { RedisStore, type RedisStoreOptions } from '../../src/stores/redis-store.ts';
import { testFolder } from '../support/gate.ts';
import { describeRedis, freePort, type RedisServer, startRedis } from '../support/redis.ts';
import { writeAndStandStill } from '../support/stand-still.ts';
import { startWriter } from '../support/writers.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const count = (): ReturnType<typeof change> => change(now(), { deltas: { hits: 1 } });

/** Eight processes that compile the engine take their time on a busy machine; milliseconds. */
const PROCESSES_TIMEOUT = 180_000;
/** Where the time limit is not what is tested. */
const PATIENT = 5000;

describeRedis('the store in Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(folder, await freePort());
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  let run = 0;
  describeStore('the store in Redis', (clock) => {
    const options: RedisStoreOptions = {
      url: server.url,
      prefix: `run ${run++}:`,
      timeout: PATIENT,
      now: () => clock.seconds * 1000,
    };
    const store = new RedisStore(options);
    const other = new RedisStore(options);
    return {
      store,
      other,
      async close() {
        await store.close();
        await other.close();
      },
    };
  });

  function openStore(options: Partial<RedisStoreOptions> = {}): RedisStore {
    const store = new RedisStore({ url: server.url, prefix: `run ${run++}:`, timeout: PATIENT, ...options });
    onTestFinished(() => store.close());
    return store;
  }

  function redisCli(...words: readonly string[]): string {
    return execFileSync('redis-cli', ['-u', server.url, ...words], { encoding: 'latin1' }).trim();
  }

  it(
    '8 writing processes with 1000 counts each lose none',
    async () => {
      const writers = Array.from({ length: 8 }, () => startWriter('redis', server.url, 1000));
      expect(await Promise.all(writers.map((one) => one.ended))).toEqual(Array(8).fill('begin\nend\n'));
      const values = (await openStore({ prefix: 'test:' }).load('GLOBAL', 'shared'))?.values;
      expect(values?.get('hits')).toBe('8000');
      for (const { child } of writers) expect(values?.get(`by ${child.pid}`)).toBe('1000');
    },
    PROCESSES_TIMEOUT,
  );

  it('records end in the server, too', async () => {
    const store = openStore({ prefix: 'ttl:' });
    await store.update('IP', 'k', change(now(), { sets: { TIMEOUT: '1234' } }));
    expect(redisCli('TTL', 'ttl:2:IP:k')).toMatch(/^123[34]$/);
    await store.update('IP', 'k', change(now(), { sets: { TIMEOUT: '0' } }));
    expect(redisCli('EXISTS', 'ttl:2:IP:k')).toBe('0');
  });

  it('prefixes keep gates apart', async () => {
    const [one, another] = [openStore({ prefix: 'a:' }), openStore({ prefix: 'b:' })];
    await one.update('IP', 'k', count());
    expect(await another.load('IP', 'k')).toBeUndefined();
  });

  it('goes on when the server has forgotten the script', async () => {
    const store = openStore();
    await store.update('IP', 'k', count());
    redisCli('SCRIPT', 'FLUSH');
    await store.update('IP', 'k', count());
    expect((await store.load('IP', 'k'))?.values.get('hits')).toBe('2');
  });

  it('what is under way is stored before the store closes', async () => {
    const store = openStore({ prefix: 'closing:' });
    await store.probe();
    const updates = Array.from({ length: 50 }, () => store.update('IP', 'k', count()));
    await store.close();
    await Promise.all(updates);
    expect((await openStore({ prefix: 'closing:' }).load('IP', 'k'))?.values.get('hits')).toBe('50');
  });

  describe('trouble', () => {
    it('a server that hangs costs no more than the time limit, and one that wakes up does not count twice', async () => {
      const store = openStore({ timeout: 100 });
      await store.update('IP', 'k', count());
      server.process.kill('SIGSTOP');
      const begun = performance.now();
      await expect(store.load('IP', 'k')).rejects.toThrow('Command timed out');
      await expect(store.update('IP', 'k', count())).rejects.toThrow('Command timed out');
      expect(performance.now() - begun).toBeLessThan(2000);
      server.process.kill('SIGCONT');
      await expect.poll(() => store.probe().then(() => 'back')).toBe('back');
      // The update had been sent and was done when the server woke up; it is not sent again.
      expect((await store.load('IP', 'k'))?.values.get('hits')).toBe('2');
    });

    it('a reply that had come while this process stood still is in time', async () => {
      const store = openStore({ timeout: 300 });
      await store.update('IP', 'k', count());
      await writeAndStandStill(() => store.update('IP', 'k', count()), 1000);
      expect((await store.load('IP', 'k'))?.values.get('hits')).toBe('2');
    });

    it('commands do not pile up', async () => {
      const store = openStore({ timeout: 1000 });
      await store.probe();
      server.process.kill('SIGSTOP');
      const attempts = await Promise.allSettled(Array.from({ length: 1001 }, () => store.load('IP', 'k')));
      server.process.kill('SIGCONT');
      const reasons = attempts.map((one) => (one.status === 'rejected' ? String(one.reason.message) : 'found'));
      expect(reasons.filter((one) => one === '1000 commands are waiting already')).toHaveLength(1);
      expect(reasons.filter((one) => one === 'Command timed out')).toHaveLength(1000);
    });

    it('a server without memory left is an error, and can still be read', async () => {
      const store = openStore();
      await store.update('IP', 'k', count());
      redisCli('CONFIG', 'SET', 'maxmemory', '1');
      onTestFinished(() => {
        redisCli('CONFIG', 'SET', 'maxmemory', '0');
      });
      await expect(store.update('IP', 'k', count())).rejects.toThrow(/OOM/);
      await expect(store.probe()).rejects.toThrow(/OOM/);
      expect((await store.load('IP', 'k'))?.values.get('hits')).toBe('1');
    });

    it('a server that is not there fails at once, also before it has ever been reached', async () => {
      const store = openStore({ url: `redis://127.0.0.1:${await freePort()}` });
      await expect(store.load('IP', 'k')).rejects.toThrow(/ECONNREFUSED|not connected/);
      const begun = performance.now();
      await expect(store.load('IP', 'k')).rejects.toThrow(/ECONNREFUSED|not connected/);
      expect(performance.now() - begun).toBeLessThan(PATIENT / 2);
    });
  });
});

describeRedis('ways to reach a server', () => {
  async function roundTrip(options: Omit<RedisStoreOptions, 'prefix' | 'timeout'>): Promise<string | undefined> {
    const store = new RedisStore({ prefix: 'way:', timeout: PATIENT, ...options });
    onTestFinished(() => store.close());
    await store.update('IP', 'k', count());
    return (await store.load('IP', 'k'))?.values.get('hits');
  }

  it('a Unix socket', async () => {
    const server = await startRedis(testFolder(), 0);
    onTestFinished(() => server.kill());
    expect(server.url).toMatch(/^unix:/);
    expect(await roundTrip({ url: server.url })).toBe('1');
  });

  it('a password, with and without a user, and a database', async () => {
    const port = await freePort();
    const server = await startRedis(testFolder(), port, [
      '--requirepass',
      'pa:ss/w@rd',
      '--user',
      'gate',
      'on',
      '>s#cret',
      '~*',
      '+@all',
    ]);
    onTestFinished(() => server.kill());
    expect(await roundTrip({ url: `redis://:pa%3Ass%2Fw%40rd@127.0.0.1:${port}/3` })).toBe('1');
    expect(await roundTrip({ url: `redis://gate:s%23cret@127.0.0.1:${port}/3` })).toBe('2');
    expect(await roundTrip({ url: `redis://gate:s%23cret@127.0.0.1:${port}/4` })).toBe('1');
    await expect(roundTrip({ url: `redis://:wrong@127.0.0.1:${port}` })).rejects.toThrow(/WRONGPASS|not connected/);
    await expect(roundTrip({ url: `redis://127.0.0.1:${port}` })).rejects.toThrow(/NOAUTH|not connected/);
  });

  it('a user who may do no more than the guide says', async () => {
    const port = await freePort();
    const guide = readFileSync(new URL('../../../../docs/guide/persistent-collections.md', import.meta.url), 'utf8');
    const rights = /`(~sallyport:\* [^`]*)`/.exec(guide)?.[1]?.split(' ') ?? [];
    const server = await startRedis(testFolder(), port, ['--user', 'gate', 'on', '>secret', ...rights]);
    onTestFinished(() => server.kill());
    const store = new RedisStore({
      url: `redis://gate:secret@127.0.0.1:${port}/1`,
      prefix: 'sallyport:',
      timeout: PATIENT,
    });
    onTestFinished(() => store.close());
    await store.probe();
    await store.update('IP', 'k', count());
    await store.update('IP', 'k', change(now(), { deletes: ['hits'] }));
    await store.update('IP', 'k', change(now(), { sets: { TIMEOUT: '0' } }));
    expect(await store.load('IP', 'k')).toBeUndefined();
    await store.delete('IP', 'k');
    const elsewhere = new RedisStore({
      url: `redis://gate:secret@127.0.0.1:${port}`,
      prefix: 'other:',
      timeout: PATIENT,
    });
    onTestFinished(() => elsewhere.close());
    await expect(elsewhere.probe()).rejects.toThrow(/NOPERM|No permissions/);
  });

  it('the description names no password', async () => {
    const store = new RedisStore({ url: 'redis://user:secret@127.0.0.1:1/2', prefix: '', timeout: 100 });
    expect(store.description).toBe('redis://127.0.0.1:1/2');
    await store.close();
  });

  it('TLS, with the certificate verified', async () => {
    const folder = testFolder();
    const key = join(folder, 'key.pem');
    const certificate = join(folder, 'certificate.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        certificate,
        '-days',
        '2',
        '-subj',
        '/CN=cache.test',
        '-addext',
        'subjectAltName=DNS:cache.test,IP:127.0.0.1',
      ],
      { stdio: 'ignore' },
    );
    const port = await freePort();
    const plain = await freePort();
    const server = await startRedis(folder, plain, [
      '--tls-port',
      String(port),
      '--tls-cert-file',
      certificate,
      '--tls-key-file',
      key,
      '--tls-auth-clients',
      'no',
    ]);
    onTestFinished(() => server.kill());
    const url = `rediss://127.0.0.1:${port}`;
    const ca = readFileSync(certificate);
    expect(await roundTrip({ url, tls: { ca } })).toBe('1');
    expect(await roundTrip({ url, tls: { ca, servername: 'cache.test' } })).toBe('2');
    await expect(roundTrip({ url })).rejects.toThrow(/self-signed certificate|not connected/);
    await expect(roundTrip({ url, tls: { ca, servername: 'other.test' } })).rejects.toThrow(/altnames|not connected/);
  });
});
