import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';
import { OperatorError } from '../registry/operator.ts';

describe('values that cannot be judged', () => {
  test.each([
    ['', 'IPmatch: bad IPv4 specification "".'],
    ['10.0.0.1\n', 'IPmatch: bad IPv4 specification "10.0.0.1\\n".'],
    ['::1%lo', 'IPmatch: bad IPv6 specification "::1%lo".'],
  ])('@ipMatch on %j', (value, message) => {
    const world = createWorld();
    const matcher = compile('ipMatch', '10.0.0.0/8,::/0', world);
    expect(() => matcher.test(value, world.scope)).toThrow(new OperatorError(message));
  });
});
