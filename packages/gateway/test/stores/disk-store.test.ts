/** The disk store, alone and shared by processes. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { change, describeStore } from '../../../engine/test/collections/store.cases.ts';
import { DiskStore } from '../../src/stores/disk-store.ts';
import { testFolder } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { startWriter } from '../support/writers.ts';

describeStore('the store on disk', (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  const options = { path: join(folder, 'collections.sqlite'), now: () => clock.seconds * 1000 };
  const store = new DiskStore(options);
  const other = new DiskStore(options);
  return {
    store,
    other,
    async close() {
      await store.close();
      await other.close();
      rmSync(folder, { recursive: true });
    },
  };
});

/** A store in a folder of the test's own, closed when the test is over. */
function openStore(path: string, options: { maximumSize?: number; now?: () => number } = {}): DiskStore {
  const store = new DiskStore({ path, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** Eight processes that compile the engine take their time on a busy machine; milliseconds. */
const PROCESSES_TIMEOUT = 180_000;

const now = (): number => Math.floor(Date.now() / 1000);
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

async function hits(store: DiskStore, key = 'shared'): Promise<string | undefined> {
  return (await store.load('GLOBAL', key))?.values.get('hits');
}

describe('processes that share a file', () => {
  it(
    '8 writers with 1000 counts each lose none',
    async () => {
      const path = join(testFolder(), 'c.sqlite');
      const writers = Array.from({ length: 8 }, () => startWriter('disk', path, 1000));
      expect(await Promise.all(writers.map((one) => one.ended))).toEqual(Array(8).fill('begin\nend\n'));
      const values = (await openStore(path).load('GLOBAL', 'shared'))?.values;
      expect(values?.get('hits')).toBe('8000');
      for (const { child } of writers) expect(values?.get(`by ${child.pid}`)).toBe('1000');
    },
    PROCESSES_TIMEOUT,
  );

  it(
    'a killed writer leaves the file whole, and its lock behind to nobody',
    async () => {
      const path = join(testFolder(), 'c.sqlite');
      const watcher = openStore(path);
      const countedBy = async (pid: number | undefined): Promise<number> =>
        Number((await watcher.load('GLOBAL', 'shared'))?.values.get(`by ${pid}`) ?? 0);
      for (let round = 0; round < 5; round++) {
        const victim = startWriter('disk', path, 1_000_000);
        await victim.begun;
        await until(async () => (await countedBy(victim.child.pid)) > 0);
        await setTimeout(30 * round);
        victim.child.kill('SIGKILL');
        await victim.ended;
        const store = new DiskStore({ path });
        const seen = await store.load('GLOBAL', 'shared');
        expect(Number(seen?.values.get(`by ${victim.child.pid}`))).toBeGreaterThan(0);
        await store.update('GLOBAL', 'after', change(now(), { deltas: { hits: 1 } }));
        expect(await hits(store, 'after')).toBe(String(round + 1));
        await store.close();
      }
    },
    PROCESSES_TIMEOUT,
  );
});

describe('a file that is locked', () => {
  it('can be read; updates wait in the background and are not lost', async () => {
    const path = join(testFolder(), 'c.sqlite');
    const store = openStore(path);
    await store.update('GLOBAL', 'shared', change(now(), { deltas: { hits: 1 } }));
    const holder = new DatabaseSync(path);
    onTestFinished(() => holder.close());
    holder.exec('BEGIN IMMEDIATE');
    const begun = performance.now();
    const waiting = [1, 2, 3].map(() => store.update('GLOBAL', 'shared', change(now(), { deltas: { hits: 1 } })));
    const others = [store.delete('GLOBAL', 'other'), store.probe()];
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(waiting.map((one) => one instanceof Promise)).toEqual([true, true, true]);
    expect(await hits(store)).toBe('1');
    await setTimeout(150);
    holder.exec('COMMIT');
    await Promise.all([...waiting, ...others]);
    expect(await hits(store)).toBe('4');
  });

  it('updates that wait are stored before the store closes', async () => {
    const path = join(testFolder(), 'c.sqlite');
    const store = new DiskStore({ path });
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    const waiting = store.update('GLOBAL', 'shared', change(now(), { deltas: { hits: 1 } }));
    holder.exec('COMMIT');
    holder.close();
    await Promise.all([waiting, store.close()]);
    expect(await hits(openStore(path))).toBe('1');
  });
});

describe('the file', () => {
  it('is for its owner only, with what SQLite puts beside it', async () => {
    const path = join(testFolder(), 'c.sqlite');
    const store = openStore(path);
    await store.update('GLOBAL', 'shared', change(now(), { deltas: { hits: 1 } }));
    expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual(['600', '600', '600']);
  });

  it('is made private when it was not', async () => {
    const path = join(testFolder(), 'c.sqlite');
    await new DiskStore({ path }).close();
    chmodSync(path, 0o644);
    openStore(path);
    expect(mode(path)).toBe('600');
  });

  it('keeps its records when it is closed and opened', async () => {
    const path = join(testFolder(), 'c.sqlite');
    const store = new DiskStore({ path });
    await store.update('GLOBAL', 'shared', change(now(), { deltas: { hits: 41 } }));
    await store.close();
    const again = openStore(path);
    await again.update('GLOBAL', 'shared', change(now(), { deltas: { hits: 1 } }));
    expect(await hits(again)).toBe('42');
  });

  const refusals: readonly (readonly [name: string, prepare: (path: string) => void, reason: RegExp])[] = [
    [
      'no database',
      (path) => writeFileSync(path, 'these are not the records\n'.repeat(500)),
      /damaged or not a database .*; move it away to begin with empty collections$/,
    ],
    ['a damaged one', damage, /it is damaged.*; move it away to begin with empty collections$/],
    [
      "another program's database",
      (path) => {
        const database = new DatabaseSync(path);
        database.exec('CREATE TABLE precious (x)');
        database.close();
      },
      /it is another program's database$/,
    ],
    [
      'one of a later version',
      (path) => {
        makeFile(path);
        const database = new DatabaseSync(path);
        database.exec('PRAGMA user_version = 9');
        database.close();
      },
      /it has format 9, this program knows 1$/,
    ],
    [
      'a link',
      (path) => {
        makeFile(`${path}.target`);
        symlinkSync(`${path}.target`, path);
      },
      /it is not a plain file$/,
    ],
    ['a folder', (path) => mkdirSync(path), /it is not a plain file$/],
    ['a place in no folder', () => {}, /there is no folder /],
  ];
  it.each(refusals)('%s is refused with a reason, and left alone', (name, prepare, reason) => {
    const folder = testFolder();
    const path = join(folder, name === 'a place in no folder' ? 'none/c.sqlite' : 'c.sqlite');
    prepare(path);
    const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined;
    expect(() => new DiskStore({ path })).toThrow(reason);
    expect(() => new DiskStore({ path })).toThrow(`collections cannot be kept in ${path}: `);
    if (before !== undefined) expect(readFileSync(path).subarray(100)).toEqual(before.subarray(100));
  });

  it.runIf(process.geteuid?.() === 0)("another user's file is refused (only root can try: it takes chown)", () => {
    const path = join(testFolder(), 'c.sqlite');
    makeFile(path);
    chownSync(path, 65_534, 65_534);
    expect(() => new DiskStore({ path })).toThrow('it belongs to another user');
  });
});

describe('room', () => {
  it('a file at its limit lets the records go that would end soonest', async () => {
    const path = join(testFolder(), 'c.sqlite');
    const store = openStore(path, { maximumSize: 1024 * 1024 });
    const large = 'x'.repeat(2000);
    await store.update('GLOBAL', 'lasting', change(now(), { sets: { TIMEOUT: '1000000' }, deltas: { hits: 1 } }));
    for (let count = 0; count < 2000; count++) {
      await store.update('GLOBAL', `key ${count}`, change(now(), { sets: { large }, deltas: { hits: 1 } }));
    }
    expect(statSync(path).size).toBeLessThanOrEqual(1024 * 1024);
    expect(await hits(store, 'lasting')).toBe('1');
    expect(await hits(store, 'key 1999')).toBe('1');
    expect(await hits(store, 'key 0')).toBeUndefined();
  });

  it('expired records are cleared a few at a time, faster than they can be added', async () => {
    const path = join(testFolder(), 'c.sqlite');
    let seconds = now();
    const store = openStore(path, { now: () => seconds * 1000 });
    for (let count = 0; count < 1000; count++) {
      await store.update('GLOBAL', `old ${count}`, change(seconds, { sets: { TIMEOUT: '60' } }));
    }
    seconds += 61;
    for (let count = 0; count < 600; count++)
      await store.update('GLOBAL', 'new', change(seconds, { deltas: { hits: 1 } }));
    const database = new DatabaseSync(path);
    onTestFinished(() => database.close());
    expect(database.prepare('SELECT count(*) AS records FROM record').get()).toEqual({ records: 1 });
  });

  it('a full disk is an error for the update, and the store goes on when there is room', () => {
    const folder = testFolder();
    const script = fileURLToPath(new URL('full-disk.ts', import.meta.url));
    // A limit on the size of files is a disk anybody can fill: 512 blocks of 512 or 1024 bytes, as the shell has it.
    const { stdout, stderr } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -S -f 512; exec "$0" "$@"',
        process.execPath,
        '--conditions=sallyport-source',
        script,
        join(folder, 'c.sqlite'),
      ],
      { encoding: 'utf8' },
    );
    expect({ stdout, stderr }).toEqual({
      stdout: 'full: rejected, probe rejected\nreadable: 1\nafter: 2\n',
      stderr: '',
    });
  });
});

function makeFile(path: string): void {
  const database = new DiskStore({ path });
  void database.close();
}

/** A database with a page of nonsense in the middle of its records. */
function damage(path: string): void {
  const store = new DiskStore({ path });
  for (let count = 0; count < 200; count++) {
    void store.update('GLOBAL', `key ${count}`, change(now(), { sets: { large: 'x'.repeat(1000) } }));
  }
  void store.close();
  const content = readFileSync(path);
  content.fill(0xa5, 4096 * 2, 4096 * 12);
  writeFileSync(path, content);
}
