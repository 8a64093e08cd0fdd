import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';

describe('number searches', () => {
  test.each([
    ['verifyCC', '\\d{16}', '1 4417123456789112 4417123456789113', true],
    ['verifyCC', '\\d*', 'no digits', false],
    ['verifyCC', '^\\d+$', 'a\n4417123456789113\nb', true],
    // The first hit, one digit too long, fails; the search goes on inside it.
    ['verifyCC', '\\d{16}', '94417123456789113', true],
    ['verifyCPF', '\\d{11}', '01234567890', false],
    ['verifySSN', '\\d{9}', '000578065', false],
    ['verifySSN', '\\d{9}', '574007065', false],
    ['verifySSN', '\\d{9}', '574570000', false],
    ['verifySSN', '\\d{9}', '111111111', false],
    ['verifySSN', '\\d{9}', '740578065', false],
    ['verifySSN', '\\d+', '5745780650', false],
    ['verifySVNR', '\\d{10}', '1111111111', false],
    ['validateNid', 'cl [\\d.kK-]+', '11.111.111-1', true],
    ['validateNid', 'cl [\\d.kK-]+', '16100407-3', true],
    ['validateNid', 'cl [\\d.kK-]+', '5348281-3', true],
    ['validateNid', 'cl [\\d.kK-]+', '10727393-k', true],
    ['validateNid', 'cl ^[\\d.kK-]+', '11.111.111-k', false],
    ['validateNid', 'cl ^[\\d.kK-]+', '16100407-2', false],
    ['validateNid', 'cl ^[\\d.kK-]+', '5348281-4', false],
  ])('@%s %j on %j: %s', (name, argument, value, matches) => {
    const world = createWorld();
    expect(compile(name, argument, world).test(value, world.scope)).toBe(matches);
  });

  test('overlapping hits are paid for: a long value ends the search, not the server', () => {
    const world = createWorld({ steps: 1_000_000 });
    expect(compile('verifyCC', '.*', world).test('1'.repeat(100_000).slice(1), world.scope)).toBe(false);
    expect(world.scope.budget.exceeded).toBe(true);
  });
});
