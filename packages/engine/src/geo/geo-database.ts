import type { Address } from '../operators/ip-address.ts';
import { threeLetterCode } from './country-codes.ts';
import { isMap, MmdbReader, type MmdbValue } from './mmdb.ts';

/** What `@geoLookup` asks. */
export interface GeoDatabase {
  /** Members of the GEO collection by name, those that are known; undefined for an address that is not in the database. */
  lookup(address: Address): ReadonlyMap<string, string> | undefined;
}

/**
 * A MaxMind database of countries or cities as ModSecurity's GEO collection has its data. AREA_CODE is not in such databases.
 * Throws an Error when the bytes are no such database.
 */
export function openGeoDatabase(bytes: Uint8Array): GeoDatabase {
  const reader = new MmdbReader(bytes);
  return {
    lookup: (address) => {
      const entry = reader.lookup(address);
      return entry === undefined ? undefined : fieldsOf(entry);
    },
  };
}

function fieldsOf(entry: MmdbValue): ReadonlyMap<string, string> {
  const country = at(entry, 'country', 'iso_code');
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['COUNTRY_CODE', textOf(country)],
    ['COUNTRY_CODE3', threeLetterCode(textOf(country) ?? '')],
    ['COUNTRY_NAME', textOf(at(entry, 'country', 'names', 'en'))],
    ['COUNTRY_CONTINENT', textOf(at(entry, 'continent', 'code'))],
    ['REGION', textOf(at(entry, 'subdivisions', 0, 'iso_code'))],
    ['CITY', textOf(at(entry, 'city', 'names', 'en'))],
    ['POSTAL_CODE', textOf(at(entry, 'postal', 'code'))],
    ['LATITUDE', degrees(at(entry, 'location', 'latitude'))],
    ['LONGITUDE', degrees(at(entry, 'location', 'longitude'))],
    ['DMA_CODE', textOf(at(entry, 'location', 'metro_code'))],
  ];
  return new Map(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function at(value: MmdbValue, ...path: readonly (string | number)[]): MmdbValue | undefined {
  let found: MmdbValue | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? (found as readonly MmdbValue[])[step] : undefined;
    else found = isMap(found) ? found[step] : undefined;
  }
  return found;
}

function textOf(value: MmdbValue | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Six decimals, as C's `%f` writes them. */
function degrees(value: MmdbValue | undefined): string | undefined {
  return typeof value === 'number' ? value.toFixed(6) : undefined;
}
