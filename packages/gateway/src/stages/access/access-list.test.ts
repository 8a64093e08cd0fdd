import { describe, expect, it } from 'vitest';
import { accessListOf, checkAccessRule } from './access-list.ts';

describe('the first rule that fits counts', () => {
  it.each<[rules: readonly string[], allowed: readonly string[], refused: readonly string[]]>([
    [['deny all'], [], ['10.0.0.1', '::1', '']],
    [['allow all'], ['10.0.0.1', ''], []],
    [
      ['allow 10.0.0.0/8', 'allow ::1', 'deny all'],
      ['10.2.3.4', '::1'],
      ['11.0.0.1', '::2', ''],
    ],
    [['deny 10.0.0.7', 'allow 10.0.0.0/24', 'deny all'], ['10.0.0.8'], ['10.0.0.7', '10.0.1.1']],
    [
      ['allow 10.0.0.7', 'deny 10.0.0.0/24', 'deny fd00::/8', 'allow all'],
      ['10.0.0.7', '9.9.9.9'],
      ['10.0.0.8', 'fd01::1'],
    ],
    [['deny 10.0.0.0/24', 'allow 10.0.0.7', 'deny all'], [], ['10.0.0.7']],
  ])('%s', (rules, allowed, refused) => {
    const list = accessListOf(rules);
    for (const address of allowed) expect([address, list?.allows(address)]).toEqual([address, true]);
    for (const address of refused) expect([address, list?.allows(address)]).toEqual([address, false]);
  });

  it('no rules are no list', () => {
    expect(accessListOf([])).toBeUndefined();
  });
});

it.each([
  ['allow 10.0.0.0/33', 'is neither an IP address, nor a network'],
  ['allow host.test', 'is neither an IP address, nor a network'],
  ['permit all', 'is not a rule such as'],
  ['deny', 'is not a rule such as'],
  [' deny  all ', undefined],
])('%s: %s', (rule, mistake) => {
  if (mistake === undefined) expect(checkAccessRule(rule)).toBeUndefined();
  else expect(checkAccessRule(rule)).toContain(mistake);
});
