import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';

describe('@rxGlobal', () => {
  test.each<[pattern: string, value: string, captures: string[]]>([
    ['[a-z]*', 'aaa00bbb', ['aaa', 'bbb']],
    ['([a-z]*)', '', ['', '']],
    ['(^|a)(b|c)(d)', 'bdacd', ['bd', '', 'b', 'd', 'acd', 'a', 'c', 'd']],
    ['.', 'abcdefghijkl', [...'abcdefghij']],
  ])('captures of %j in %j', (pattern, value, captures) => {
    const world = createWorld();
    expect(compile('rxGlobal', pattern, world).captures?.(value, world.scope)).toEqual(captures);
  });
});
