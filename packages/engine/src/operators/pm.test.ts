import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';

describe('@pm and lists', () => {
  test.each([
    ['"a b"', 'xbx', true],
    ['|61|b cd', 'AB', true],
    ['a\\qb', 'a\\qb', true],
    ['x', '', false],
  ])('@pm %j on %j: %s', (argument, value, matches) => {
    const world = createWorld();
    expect(compile('pm', argument, world).test(value, world.scope)).toBe(matches);
  });

  test.each([
    ['ffi\\cdata', true],
    ['type a|b', true],
    ['X', true],
    ['second file', true],
    ['scanner', false],
  ])('@pmFromFile with two files on %j: %s', (value, matches) => {
    const world = createWorld();
    expect(compile('pmFromFile', ' phrases.data  more.data ', world).test(value, world.scope)).toBe(matches);
  });
});
