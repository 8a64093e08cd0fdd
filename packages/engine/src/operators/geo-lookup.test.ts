import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';

describe('@geoLookup', () => {
  test('warns at load and reports each look-up', () => {
    const world = createWorld();
    const matcher = compile('geoLookup', '', world);
    expect(world.warnings).toEqual(['never matches without a database: set SecGeoLookupDb above this rule']);
    expect(matcher.test('192.0.2.1', world.scope)).toBe(false);
    expect(world.reports).toEqual(['Geo lookup for "192.0.2.1" attempted without a database.  Set SecGeoLookupDB.']);
  });
});
