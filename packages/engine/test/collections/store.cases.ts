/** What every store of persistent collections must do; each store's own test runs these cases against it. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyUpdate } from '../../src/collections/apply-update.ts';
import { MAXIMUM_KEY_LENGTH, MAXIMUM_RECORD_SIZE, RecordLimitError } from '../../src/collections/record-limits.ts';
import type { CollectionStore, RecordUpdate, StoredRecord } from '../../src/collections/store.ts';

/** The time stores under test go by, in seconds. */
export interface TestClock {
  seconds: number;
}

export interface OpenedStore {
  readonly store: CollectionStore;
  /** The same records seen from elsewhere: another connection, another process's handle. May be `store` itself. */
  readonly other: CollectionStore;
  close(): void | Promise<void>;
}

const START = 1_700_000_000;
const ALL_BYTES = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

interface Change {
  readonly sets?: Readonly<Record<string, string>>;
  readonly deletes?: readonly string[];
  readonly deltas?: Readonly<Record<string, number>>;
  readonly base?: Readonly<Record<string, string>>;
  readonly openedAt?: number;
}

/** An update of a record that lives for an hour, unless `base` or `sets` say otherwise. */
export function change(
  at: number,
  { sets = {}, deletes = [], deltas = {}, base = {}, openedAt = at }: Change,
): RecordUpdate {
  return {
    openedAt,
    at,
    base: { values: new Map(Object.entries({ TIMEOUT: '3600', ...base })), expiresAt: openedAt + 3600 },
    sets: new Map(Object.entries(sets)),
    deletes: new Set(deletes),
    deltas: new Map(Object.entries(deltas)),
  };
}

export function describeStore(name: string, open: (clock: TestClock) => OpenedStore | Promise<OpenedStore>): void {
  describe(`${name}, as every store`, () => {
    const clock: TestClock = { seconds: START };
    let opened: OpenedStore;
    let store: CollectionStore;
    let other: CollectionStore;

    beforeEach(async () => {
      clock.seconds = START;
      opened = await open(clock);
      ({ store, other } = opened);
    });
    afterEach(() => opened.close());

    const values = async (key = 'k', from = store): Promise<Record<string, string> | undefined> => {
      const record = await from.load('IP', key);
      return record === undefined ? undefined : Object.fromEntries(record.values);
    };
    const update = async (what: Change, key = 'k', by = store): Promise<void> => {
      await by.update('IP', key, change(clock.seconds, what));
    };

    it('knows nothing at first', async () => {
      expect(await store.load('IP', 'k')).toBeUndefined();
    });

    it('keeps what is set, and adds to it', async () => {
      await update({ sets: { last: '/a' }, deltas: { hits: 1 } });
      await update({ sets: { last: '/b' }, deltas: { hits: 2 } });
      expect(await values()).toEqual({ TIMEOUT: '3600', last: '/b', hits: '3' });
    });

    it('shows one handle what the other stored', async () => {
      await update({ deltas: { hits: 1 } }, 'k', store);
      await update({ deltas: { hits: 1 } }, 'k', other);
      expect(await values('k', store)).toMatchObject({ hits: '2' });
      expect(await values('k', other)).toMatchObject({ hits: '2' });
    });

    it('never counts below zero, and counts again from there', async () => {
      await update({ sets: { a: '3' } });
      await update({ deltas: { a: -5, b: -1 } });
      expect(await values()).toMatchObject({ a: '0', b: '0' });
      await update({ deltas: { a: 2 } });
      expect(await values()).toMatchObject({ a: '2' });
    });

    it.each([
      ['', 1, '1'],
      ['abc', 2, '2'],
      [' \t12abc', 1, '13'],
      ['-5', 7, '2'],
      ['+4', 1, '5'],
      ['0x10', 1, '1'],
      ['1e3', 1, '2'],
      ['9007199254740990', 5, '9007199254740991'],
      ['99999999999999999999999', -1, '9007199254740990'],
    ])('reads numbers as C does: %j and %i is %s', async (before, delta, after) => {
      await update({ sets: { n: before } });
      await update({ deltas: { n: delta } });
      expect(await values()).toMatchObject({ n: after });
    });

    it('takes names for the same whatever their case, and keeps the first spelling', async () => {
      await update({ deltas: { Hits: 1 }, sets: { Path: 'a' } });
      await update({ deltas: { hITS: 1 }, sets: { PATH: 'b' } });
      expect(await values()).toEqual({ TIMEOUT: '3600', Hits: '2', Path: 'b' });
      await update({ deletes: ['HITS'] });
      expect(await values()).toEqual({ TIMEOUT: '3600', Path: 'b' });
    });

    it('keeps bytes outside ASCII apart where Latin-1 would fold them', async () => {
      await update({ sets: { '\xc9': 'upper', '\xe9': 'lower' } });
      expect(await values()).toMatchObject({ '\xc9': 'upper', '\xe9': 'lower' });
    });

    it('keeps any byte in keys, names and values', async () => {
      await update({ sets: { [ALL_BYTES]: ALL_BYTES } }, ALL_BYTES);
      const record = await store.load('IP', ALL_BYTES);
      expect(record?.values.get(ALL_BYTES)).toBe(ALL_BYTES);
      expect(await store.load('IP', ALL_BYTES.toLowerCase())).toBeUndefined();
    });

    it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a name like others', async (odd) => {
      await store.update(odd, odd, { ...change(START, {}), deltas: new Map([[odd, 3]]) });
      expect((await store.load(odd, odd))?.values.get(odd)).toBe('3');
      expect(await store.load(odd, 'x')).toBeUndefined();
    });

    it('keeps collections and keys apart, however they are put together', async () => {
      const addresses = [
        ['IP', 'k'],
        ['IPk', ''],
        ['I', 'Pk'],
        ['IP', '\0k'],
        ['IP\0', 'k'],
        ['IP:', 'k'],
        ['IP', ':k'],
        ['ip', 'k'],
        ['IP', 'K'],
      ] as const;
      for (const [index, [collection, key]] of addresses.entries()) {
        await store.update(collection, key, change(START, { sets: { at: String(index) } }));
      }
      for (const [index, [collection, key]] of addresses.entries()) {
        expect((await store.load(collection, key))?.values.get('at')).toBe(String(index));
      }
    });

    it('deletes a record', async () => {
      await update({ deltas: { hits: 1 } });
      await store.delete('IP', 'k');
      expect(await store.load('IP', 'k')).toBeUndefined();
      await store.delete('IP', 'k');
    });

    describe('expiry', () => {
      it('a record ends TIMEOUT seconds after its last update, to the second', async () => {
        await update({ sets: { TIMEOUT: '60' } });
        clock.seconds = START + 30;
        await update({ deltas: { hits: 1 } });
        expect((await store.load('IP', 'k'))?.expiresAt).toBe(START + 90);
        clock.seconds = START + 89;
        expect(await values()).toMatchObject({ hits: '1' });
        clock.seconds = START + 90;
        expect(await values()).toBeUndefined();
      });

      it('a record that had ended when it was opened begins anew', async () => {
        await update({ sets: { TIMEOUT: '60', old: '1' }, deltas: { hits: 7 } });
        clock.seconds = START + 60;
        await update({ deltas: { hits: 1 }, base: { CREATE_TIME: 'new' } });
        expect(await values()).toEqual({ TIMEOUT: '3600', CREATE_TIME: 'new', hits: '1' });
      });

      it('a record that ended after it was opened lives on', async () => {
        await update({ sets: { TIMEOUT: '60' }, deltas: { hits: 7 } });
        const found = await store.load('IP', 'k');
        clock.seconds = START + 100;
        await store.update('IP', 'k', {
          ...change(START + 100, { openedAt: START + 10, deltas: { hits: 1 } }),
          base: found as StoredRecord,
        });
        expect(await values()).toEqual({ TIMEOUT: '60', hits: '8' });
        expect((await store.load('IP', 'k'))?.expiresAt).toBe(START + 160);
      });

      it('of two transactions that both found none, the first creates and the second merges', async () => {
        await update({ base: { CREATE_TIME: '1' }, deltas: { hits: 1 } });
        await update({ base: { CREATE_TIME: '2' }, deltas: { hits: 1 } }, 'k', other);
        expect(await values()).toMatchObject({ CREATE_TIME: '1', hits: '2' });
      });

      it('TIMEOUT of zero or less removes the record', async () => {
        await update({ deltas: { hits: 1 } });
        await update({ sets: { TIMEOUT: '0' } });
        expect(await values()).toBeUndefined();
        await update({ deltas: { hits: 1 } });
        expect(await values()).toMatchObject({ hits: '1' });
        await update({ sets: { TIMEOUT: '-9007199254740991' } });
        expect(await values()).toBeUndefined();
      });

      it('an absurd TIMEOUT is a long one', async () => {
        await update({ sets: { TIMEOUT: '99999999999999999999' } });
        clock.seconds = START + 86_400;
        expect(await values()).toBeDefined();
      });

      it('without TIMEOUT the record keeps the end it had', async () => {
        await update({ deltas: { hits: 1 } });
        clock.seconds = START + 10;
        await update({ deletes: ['timeout'] });
        expect((await store.load('IP', 'k'))?.expiresAt).toBe(START + 3600);
      });

      it('removes variables that had ended when the record was opened, whatever their case', async () => {
        await update({ sets: { Blocked: '1', __expire_blocked: String(START + 60), other: '1' } });
        clock.seconds = START + 60;
        await update({ deltas: { hits: 1 } });
        expect(await values()).toEqual({ TIMEOUT: '3600', other: '1', hits: '1' });
      });

      it('a counter that had ended counts from zero', async () => {
        await update({ deltas: { hits: 50 }, sets: { __expire_hits: String(START + 60) } });
        clock.seconds = START + 60;
        await update({ deltas: { hits: 1 } });
        expect(await values()).toEqual({ TIMEOUT: '3600', hits: '1' });
      });

      it('keeps a variable that another transaction began anew', async () => {
        await update({ sets: { Blocked: '1', __expire_Blocked: String(START + 60) } });
        clock.seconds = START + 61;
        await update({ sets: { Blocked: '1', __expire_Blocked: String(START + 121) } }, 'k', other);
        await update({ deltas: { hits: 1 } });
        expect(await values()).toMatchObject({ Blocked: '1', __expire_Blocked: String(START + 121), hits: '1' });
      });

      it('a counter that ended while a transaction was under way still ends', async () => {
        await update({ deltas: { hits: 5 }, sets: { __expire_hits: String(START + 60) } });
        clock.seconds = START + 70;
        await update({ openedAt: START + 50, deltas: { hits: 1 } });
        await update({ deltas: { others: 1 } });
        expect(await values()).toEqual({ TIMEOUT: '3600', others: '1' });
      });
    });

    describe('limits', () => {
      it(`keys may have ${MAXIMUM_KEY_LENGTH} bytes`, async () => {
        const longest = 'k'.repeat(MAXIMUM_KEY_LENGTH);
        await update({ deltas: { hits: 1 } }, longest);
        expect(await values(longest)).toMatchObject({ hits: '1' });
        const longer = `${longest}k`;
        expect(await values(longer)).toBeUndefined();
        await expect(update({ deltas: { hits: 1 } }, longer)).rejects.toThrow(
          new RecordLimitError(`the key of a record of IP is 1025 bytes long; 1024 are allowed`),
        );
        expect(await values(longer)).toBeUndefined();
      });

      it('names of collections are bounded, too', async () => {
        const failed = Promise.resolve(store.update('c'.repeat(1025), 'k', change(START, { deltas: { hits: 1 } })));
        await expect(failed).rejects.toThrow('the name of a collection is 1025 bytes long; 1024 are allowed');
      });

      it(`records may have ${MAXIMUM_RECORD_SIZE} bytes and stay as they were beyond`, async () => {
        const room = MAXIMUM_RECORD_SIZE - 'TIMEOUT3600'.length - 'big'.length;
        await update({ sets: { big: 'x'.repeat(room) } });
        expect((await values())?.['big']).toHaveLength(room);
        await expect(update({ sets: { a: 'b' } })).rejects.toThrow(
          new RecordLimitError('a record of IP would grow to 65538 bytes; 65536 are allowed, so it stays as it was'),
        );
        expect((await values())?.['a']).toBeUndefined();
        await update({ sets: { big: 'small' } });
        expect(await values()).toMatchObject({ big: 'small' });
      });

      it('many small variables are a record like others', async () => {
        const sets = Object.fromEntries(Array.from({ length: 6000 }, (_, at) => [`v${at}`, '1']));
        await update({ sets });
        await update({ deltas: { v17: 1 } });
        const record = await store.load('IP', 'k');
        expect(record?.values.size).toBe(6001);
        expect(record?.values.get('v17')).toBe('2');
      });
    });

    it('does what applyUpdate says, for any sequence of updates', async () => {
      const name = fc.oneof(
        fc.constantFrom('a', 'A', 'b', 'TIMEOUT', 'timeout', '__expire_a', '__EXPIRE_A', '__expire_b', '\xe9', '\xc9'),
        fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)), maxLength: 3 }),
      );
      const value = fc.oneof(
        fc.integer({ min: START - 50, max: START + 400 }).map(String),
        fc.integer({ min: -5, max: 200 }).map(String),
        fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)), maxLength: 4 }),
      );
      const delta = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger());
      const step = fc
        .uniqueArray(fc.record({ name, value, delta, kind: fc.constantFrom('set', 'delete', 'add') }), {
          maxLength: 5,
          selector: (one) => lowerAscii(one.name),
        })
        .chain((changes) =>
          fc.record({
            changes: fc.constant(changes),
            wait: fc.integer({ min: 0, max: 90 }),
            age: fc.integer({ min: 0, max: 80 }),
          }),
        );
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const key = `model ${run++}`;
          clock.seconds = START;
          let model: StoredRecord | undefined;
          for (const { changes, wait, age } of steps) {
            clock.seconds += wait;
            if (model !== undefined && model.expiresAt <= clock.seconds) {
              // Whether a store still knows what is over is its own business.
              await store.delete('MODEL', key);
              model = undefined;
            }
            const of = (kind: string): typeof changes => changes.filter((one) => one.kind === kind);
            const one: RecordUpdate = {
              ...change(clock.seconds, { openedAt: clock.seconds - age, base: { TIMEOUT: '100', fresh: '1' } }),
              sets: new Map(of('set').map((each) => [each.name, each.value])),
              deletes: new Set(of('delete').map((each) => each.name)),
              deltas: new Map(of('add').map((each) => [each.name, each.delta])),
            };
            model = applyUpdate(model, one);
            // What is over at its own update is removed; later ones begin with their base.
            if (model.expiresAt <= one.at) model = undefined;
            await store.update('MODEL', key, one);
            const record = await other.load('MODEL', key);
            expect(record && sorted(record)).toEqual(model && sorted(model));
          }
        }),
        { numRuns: 60 },
      );
    });

    it('loses no count, however many writers there are', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({ delta: fc.integer({ min: 0, max: 1000 }), isOther: fc.boolean(), readsFirst: fc.boolean() }),
            {
              minLength: 1,
              maxLength: 60,
            },
          ),
          async (writes) => {
            const key = `writers ${run++}`;
            await Promise.all(
              writes.map(async ({ delta, isOther, readsFirst }) => {
                const handle = isOther ? other : store;
                const found = readsFirst ? await handle.load('IP', key) : undefined;
                const plain = change(START, { deltas: { sum: delta, writes: 1 } });
                await handle.update('IP', key, found === undefined ? plain : { ...plain, base: found });
              }),
            );
            expect(await values(key)).toMatchObject({
              sum: String(writes.reduce((sum, { delta }) => sum + delta, 0)),
              writes: String(writes.length),
            });
          },
        ),
        { numRuns: 40 },
      );
    });
  });
}

function sorted({ values, expiresAt }: StoredRecord): unknown {
  return { values: [...values].sort(([a], [b]) => (a < b ? -1 : 1)), expiresAt };
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
