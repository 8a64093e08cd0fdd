import { describe, expect, it } from 'vitest';
import { checkStoreUrl } from './checks.ts';
import { parseConfig } from './load.ts';

describe('addresses of stores', () => {
  it.each([
    'redis://127.0.0.1',
    'redis://127.0.0.1:6379/',
    'redis://[::1]:6379/15',
    'redis://user:p%40ss@cache.internal:6379/0',
    'redis://:password@cache.internal',
    'rediss://cache.internal:6380/2',
    'unix:///run/redis/redis.sock',
  ])('%s', (url) => {
    expect(checkStoreUrl(url)).toBeUndefined();
  });

  const form = 'this is not an address such as redis://127.0.0.1:6379/0, rediss://host:6380 or unix:///run/redis.sock';
  it.each([
    ['127.0.0.1:6379', form],
    ['http://127.0.0.1', form],
    ['redis://', 'the address of the store has no host'],
    ['redis://host/name', '"name" is not the number of a database'],
    ['redis://host/0/1', '"0/1" is not the number of a database'],
    ['redis://host?db=1', 'the address of the store takes no parameters'],
    ['unix://', 'a unix:// address needs the path of a socket'],
  ])('%s is refused', (url, mistake) => {
    expect(checkStoreUrl(url)).toBe(mistake);
  });

  it.each([
    ['store: redis', 'the redis store needs its "url"'],
    ['url: "redis://localhost"', 'an address is for "store: redis" only'],
    ['{ store: memory, path: x.sqlite }', 'a file is for "store: disk" only'],
    ['{ timeout: 0 }', 'the store needs some time to answer'],
    ['{ store: disc }', '"disc" is not one of memory, disk, redis; did you mean "disk"?'],
    ['{ tls: { key: a } }', 'a client certificate needs both "certificate" and "key"'],
  ])('collections: %s', (written, message) => {
    const text = `collections: ${written.startsWith('{') ? written : `{ ${written} }`}\n`;
    expect(parseConfig(text, 'gate.yaml', {}).mistakes.map((one) => one.message)).toEqual([message]);
  });

  it('files are placed beside the configuration', () => {
    const { config } = parseConfig('collections: { path: c.sqlite, tls: { ca: ca.pem } }\n', '/etc/gate/gate.yaml', {});
    expect(config?.collections).toMatchObject({ path: '/etc/gate/c.sqlite', tls: { ca: '/etc/gate/ca.pem' } });
  });
});
