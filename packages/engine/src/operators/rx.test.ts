import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';

describe('@rx', () => {
  test('shares equal patterns among rules', () => {
    const world = createWorld();
    compile('rx', 'a+', world);
    compile('rx', 'a+', world);
    expect(world.context.regexes.size).toBe(1);
  });

  test.each<[pattern: string, value: string, captures: string[]]>([
    ['(a)(b)?', 'a', ['a', 'a']],
    ['(a)|(b)|(c)', 'b', ['b', '', 'b']],
    ['(.)'.repeat(12), 'abcdefghijkl', ['abcdefghijkl', ...'abcdefghi']],
    ['', 'x', ['']],
  ])('captures of %j in %j', (pattern, value, captures) => {
    const world = createWorld();
    expect(compile('rx', pattern, world).captures?.(value, world.scope)).toEqual(captures);
  });

  test('says where it matched', () => {
    const world = createWorld();
    expect(compile('rx', 'b+', world).span?.('abbbc', world.scope)).toEqual([1, 4]);
  });

  test('answers no match when the budget is spent', () => {
    const world = createWorld({ steps: 10 });
    expect(compile('rx', 'b', world).test(`${'a'.repeat(100)}b`, world.scope)).toBe(false);
    expect(world.scope.budget.exceeded).toBe(true);
  });
});
