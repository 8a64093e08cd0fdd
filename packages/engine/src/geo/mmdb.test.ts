import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type Value, writeMmdb } from '../../test/samples/mmdb-writer.ts';
import { openGeoDatabase } from './geo-database.ts';
import { MmdbReader } from './mmdb.ts';

const bits = (value: bigint, length: number): string => value.toString(2).padStart(length, '0');
/** 192.0.2.0/24 */
const TEST_NET = bits(0xc0_00_02n, 24);

describe('MmdbReader', () => {
  it.each([24, 28, 32] as const)('finds addresses with records of %d bits', (recordSize) => {
    const networks = [
      { bits: TEST_NET, data: { name: 'test net' } },
      { bits: bits(0x0a_00_00_01n, 32), data: { name: 'one host' } },
    ];
    const reader = new MmdbReader(writeMmdb(networks, { recordSize, ipVersion: 4 }));
    expect(reader.lookup(0xc0_00_02_07)).toEqual({ name: 'test net' });
    expect(reader.lookup(0xc0_00_03_07)).toBeUndefined();
    expect(reader.lookup(0x0a_00_00_01)).toEqual({ name: 'one host' });
    expect(reader.lookup(0x0a_00_00_02)).toBeUndefined();
    expect(reader.lookup(1n)).toBeUndefined();
    expect(reader.databaseType).toBe('Test');
  });

  it('finds IPv4 and IPv6 in one tree', () => {
    const networks = [
      { bits: '0'.repeat(96) + TEST_NET, data: 'v4' },
      { bits: bits(0x2001_0db8n, 32), data: 'v6' },
    ];
    const reader = new MmdbReader(writeMmdb(networks, { recordSize: 28, ipVersion: 6 }));
    expect(reader.lookup(0xc0_00_02_07)).toBe('v4');
    expect(reader.lookup(0x2001_0db8n << 96n)).toBe('v6');
    expect(reader.lookup(0x2001_0db9n << 96n)).toBeUndefined();
  });

  it.each<[string, Value]>([
    ['texts', 'Z\xc3\xbcrich'],
    ['long texts', 'x'.repeat(300)],
    ['texts of medium length', 'x'.repeat(40)],
    ['numbers', 4_294_967_295],
    ['zero', 0],
    ['negative numbers', -7],
    ['truth', true],
    ['arrays and maps', [{ a: [1, 'b'] }, false]],
  ])('reads %s', (_what, value) => {
    const reader = new MmdbReader(writeMmdb([{ bits: '0', data: value }], { recordSize: 24, ipVersion: 4 }));
    expect(reader.lookup(1)).toEqual(value);
  });

  it('reads fractions and follows pointers', () => {
    const networks = [
      { bits: '0', data: { double: -12.5 } },
      { bits: '10', data: { same: { pointer: 0 } } },
    ];
    const reader = new MmdbReader(writeMmdb(networks, { recordSize: 24, ipVersion: 4 }));
    expect(reader.lookup(0)).toBe(-12.5);
    expect(reader.lookup(0x80_00_00_00)).toEqual({ same: -12.5 });
  });

  it.each<[string, Uint8Array, string]>([
    ['other files', new Uint8Array(100), 'this is not a MaxMind database (.mmdb)'],
    [
      'other formats',
      writeMmdb([], { recordSize: 24, ipVersion: 4, metadata: { binary_format_major_version: 3 } }),
      'the database has another format than version 2',
    ],
    [
      'unknown records',
      writeMmdb([], { recordSize: 24, ipVersion: 4, metadata: { record_size: 20 } }),
      'records of 20 bits are not known',
    ],
    [
      'trees that are not there',
      writeMmdb([], { recordSize: 24, ipVersion: 4, metadata: { node_count: 1_000_000 } }),
      'the database is cut off',
    ],
    [
      'missing facts',
      writeMmdb([], { recordSize: 24, ipVersion: 4, metadata: { node_count: 'many' } }),
      'the metadata has no node_count',
    ],
  ])('refuses %s', (_what, bytes, message) => expect(() => new MmdbReader(bytes)).toThrow(message));

  it('refuses values that contain themselves', () => {
    const networks = [{ bits: '0', data: [{ pointer: 0 }] }];
    const reader = new MmdbReader(writeMmdb(networks, { recordSize: 24, ipVersion: 4 }));
    expect(() => reader.lookup(0)).toThrow('nests values too deeply');
  });

  it('never reads beyond a damaged database', () => {
    const good = writeMmdb([{ bits: '0', data: { a: ['b', 1, { double: 1 }] } }], { recordSize: 24, ipVersion: 4 });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = byte;
        try {
          new MmdbReader(bytes).lookup(0);
        } catch (cause) {
          expect((cause as Error).message).toMatch(/^(this is|the |records of)/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('writes what it reads', () => expect(encode('ab')).toEqual([0x42, 0x61, 0x62]));
});

describe('openGeoDatabase', () => {
  const entry: Value = {
    continent: { code: 'EU' },
    country: { iso_code: 'AT', names: { de: '\xd6sterreich', en: 'Austria' } },
    subdivisions: [{ iso_code: '9' }],
    city: { names: { en: 'Vienna' } },
    postal: { code: '1010' },
    location: { latitude: { double: 48.2 }, longitude: { double: 16.3667 }, metro_code: 5 },
  };
  const open = (data: Value): ReadonlyMap<string, string> | undefined =>
    openGeoDatabase(writeMmdb([{ bits: TEST_NET, data }], { recordSize: 24, ipVersion: 4 })).lookup(0xc0_00_02_01);

  it('gives the members of GEO', () => {
    expect(Object.fromEntries(open(entry)!)).toEqual({
      COUNTRY_CODE: 'AT',
      COUNTRY_CODE3: 'AUT',
      COUNTRY_NAME: 'Austria',
      COUNTRY_CONTINENT: 'EU',
      REGION: '9',
      CITY: 'Vienna',
      POSTAL_CODE: '1010',
      LATITUDE: '48.200000',
      LONGITUDE: '16.366700',
      DMA_CODE: '5',
    });
  });

  it('leaves out what is not known', () => {
    expect([...open({ country: { iso_code: 'XX' }, subdivisions: 'none' })!]).toEqual([['COUNTRY_CODE', 'XX']]);
  });
});
