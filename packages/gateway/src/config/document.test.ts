import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configReference, configSchema } from './document.ts';

const committed = (file: string): string =>
  readFileSync(new URL(`../../../../docs/reference/${file}`, import.meta.url), 'utf8');

describe('generated documents are current', () => {
  it('config.md is what `sallyport config reference` prints', () => {
    expect(committed('config.md')).toBe(configReference());
  });

  it('sallyport.schema.json is what `sallyport config schema` prints', () => {
    expect(JSON.parse(committed('sallyport.schema.json'))).toEqual(configSchema());
  });
});

it('the reference has defaults in the form people write', () => {
  const page = configReference();
  expect(page).toContain('| `limits.body` | size, for example `10 MiB` | 1 GiB |');
  expect(page).toContain('| `timeouts.drain` | time, for example `30 s` | 30 s |');
  expect(page).toContain('| `upstreams.<name>.tls.ca` |');
  expect(page).toContain('| `routes[].inspect.request_body` | `true` or `false` | true |');
});
