import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';
import type { MacroText } from '../registry/macro.ts';
import { OperatorError } from '../registry/operator.ts';

/** A text with a macro whose value the test can change. */
function macro(initial: string): MacroText & { value: string } {
  return {
    source: '%{tx.x}',
    isConstant: false,
    value: initial,
    expand() {
      return this.value;
    },
    expandMasked() {
      return this.value;
    },
  };
}

describe('macros', () => {
  test.each([
    ['streq', 'a', 'a', 'b'],
    ['contains', 'b', 'abc', 'xyz'],
    ['within', 'GET POST', 'POST', 'PUT'],
    ['lt', '5', '4', '6'],
    ['rx', '^a+$', 'aaa', 'b'],
  ])('@%s looks at what the text stands for each time', (name, expanded, matching, other) => {
    const world = createWorld();
    const argument = macro(expanded);
    const matcher = compile(name, argument, world);
    expect(matcher.test(matching, world.scope)).toBe(true);
    expect(matcher.describe(matching, 'ARGS:a', world.scope)).toContain(expanded);
    expect(matcher.test(other, world.scope)).toBe(false);
    argument.value = 'something else entirely';
    expect(matcher.test(matching, world.scope)).toBe(false);
  });

  test('@rx takes the expanded text as a pattern, unescaped, and forgets old ones', () => {
    const world = createWorld();
    const argument = macro('');
    const matcher = compile('rx', argument, world);
    for (let round = 0; round < 2; round++) {
      for (let length = 1; length < 40; length++) {
        argument.value = `^(.)\\w{${length}}$`;
        expect(matcher.test('a'.repeat(length + 1), world.scope)).toBe(true);
        expect(matcher.test('a'.repeat(length), world.scope)).toBe(false);
        expect(matcher.captures?.('a'.repeat(length + 1), world.scope)).toEqual(['a'.repeat(length + 1), 'a']);
      }
    }
    expect(world.context.regexes.size).toBe(0);
  });

  test('a text that has changed since the match is not found any more', () => {
    const world = createWorld();
    const argument = macro('b');
    const matcher = compile('contains', argument, world);
    expect(matcher.span?.('abc', world.scope)).toEqual([1, 2]);
    argument.value = 'x';
    expect(matcher.span?.('abc', world.scope)).toBeUndefined();
  });

  test('a pattern that turns out to be none is a rule error', () => {
    const world = createWorld();
    const matcher = compile('rx', macro('a(b'), world);
    expect(() => matcher.test('ab', world.scope)).toThrow(OperatorError);
  });
});
