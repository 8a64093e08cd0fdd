import { expect, it } from 'vitest';
import { RevokedTokens } from './revoked-tokens.ts';

const NOW = 1_000_000_000_000;
const grant = (id: string, user = 'alice', issuedAt = NOW / 1000) => ({ id, user, issuedAt });

it('tokens are good until they are taken back', () => {
  let now = NOW;
  const revoked = new RevokedTokens(() => now);
  expect(revoked.has(grant('a'))).toBe(false);
  revoked.add({ id: 'a', from: NOW, until: NOW + 100, by: 'x' });
  revoked.add({ id: 'b', from: NOW + 50, until: NOW + 100, by: 'x' });
  expect(['a', 'b', 'c'].map((id) => revoked.has(grant(id)))).toEqual([true, false, false]);
  expect(revoked.isNamed('b')).toBe(true);
  now += 50;
  expect(['a', 'b', 'c'].map((id) => revoked.has(grant(id)))).toEqual([true, true, false]);
  expect(revoked.all).toHaveLength(2);
  now += 50;
  // Their time is over in any case.
  expect(revoked.all).toEqual([]);
});

it('a user has those that are made afterwards', () => {
  const revoked = new RevokedTokens(() => NOW + 5000);
  revoked.add({ user: 'alice', from: NOW + 500, until: NOW + 100_000, by: 'x' });
  expect(revoked.has(grant('a'))).toBe(true);
  expect(revoked.has(grant('a', 'bob'))).toBe(false);
  expect(revoked.has(grant('a', 'alice', NOW / 1000 + 1))).toBe(false);
});

it('a later word about the same counts', () => {
  const revoked = new RevokedTokens(() => NOW);
  revoked.add({ id: 'a', from: NOW + 50, until: NOW + 100, by: 'x' });
  revoked.add({ id: 'a', from: NOW, until: NOW + 100, by: 'y' });
  expect(revoked.has(grant('a'))).toBe(true);
  expect(revoked.all).toEqual([{ id: 'a', from: NOW, until: NOW + 100, by: 'y' }]);
});
