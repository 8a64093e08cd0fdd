import { expect, it } from 'vitest';
import { objectionTo } from './password-hash.ts';
import { StandIns } from './stand-ins.ts';

it('the same name gets the same stored password, names together get all of them', () => {
  const standIns = new StandIns();
  const stored = ['a', 'b', 'c'];
  const names = Array.from({ length: 100 }, (_, at) => `user ${at}`);
  expect(names.map((name) => standIns.pick(name, stored))).toEqual(names.map((name) => standIns.pick(name, stored)));
  expect(new Set(names.map((name) => standIns.pick(name, stored))).size).toBe(3);
});

it('a file without users costs a comparison too', () => {
  expect(objectionTo(new StandIns().pick('x', []), false)).toBeUndefined();
});
