import { describe, expect, test } from 'vitest';
import { compile, createWorld, judge } from '../../test/support/operator-world.ts';
import { OperatorError } from '../registry/operator.ts';

test('@rbl without the key its list needs loads with a warning and asks nobody', () => {
  const { context, scope, warnings, questions } = createWorld();
  const { httpBlKey: _key, ...keyless } = context;
  const matcher = compile('rbl', 'dnsbl.httpbl.org', { context: keyless });
  expect(warnings).toEqual([expect.stringContaining('SecHttpBlKey')]);
  expect(matcher.testLater).toBeUndefined();
  expect(matcher.test('192.0.2.1', scope)).toBe(false);
  expect(questions).toEqual([]);
});

describe('@rbl', () => {
  test.each<[zone: string, value: string, sentence: string]>([
    ['bl.example', '192.0.2.1', 'RBL lookup of 1.2.0.192.bl.example succeeded at ARGS:a.'],
    ['bl.example', '2001:db8::1', `RBL lookup of 1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.bl.example succeeded at ARGS:a.`],
    ['multi.uribl.com', '192.0.2.1', 'RBL lookup of 1.2.0.192.multi.uribl.com succeeded at ARGS:a (BLACK,GREY,RED).'],
    [
      'zen.spamhaus.org',
      '192.0.2.1',
      'RBL lookup of 1.2.0.192.zen.spamhaus.org succeeded at ARGS:a (Static UBE sources).',
    ],
    ['zen.spamhaus.org', '192.0.2.2', 'RBL lookup of 2.2.0.192.zen.spamhaus.org succeeded at ARGS:a.'],
    [
      'dnsbl.httpbl.org',
      '192.0.2.1',
      'RBL lookup of 1.2.0.192.dnsbl.httpbl.org succeeded at ARGS:a. Suspicious comment spammer IP: 3 days since last activity, threat score 42',
    ],
    ['dnsbl.httpbl.org', '192.0.2.2', 'RBL lookup of 2.2.0.192.dnsbl.httpbl.org failed: bad response'],
  ])('%s lists %s', async (zone, value, sentence) => {
    const world = createWorld();
    const matcher = compile('rbl', zone, world);
    expect(await judge(matcher, value, world.scope)).toBe(true);
    expect(matcher.describe(value, 'ARGS:a', world.scope)).toBe(sentence);
    expect(matcher.captures?.(value, world.scope)).toEqual([sentence]);
  });

  test('asks once for each value of a transaction', async () => {
    const world = createWorld();
    const matcher = compile('rbl', 'bl.example', world);
    await judge(matcher, '192.0.2.9', world.scope);
    await judge(matcher, '192.0.2.9', world.scope);
    await judge(matcher, '192.0.2.1', world.scope);
    expect(world.questions).toEqual(['9.2.0.192.bl.example', '1.2.0.192.bl.example']);
  });

  test.each(['', 'a b', '-\r\n', '.', 'a..b', 'x'.repeat(64), `${'a.'.repeat(130)}b`])(
    'never asks about %j',
    async (value) => {
      const world = createWorld();
      expect(await judge(compile('rbl', 'bl.example', world), value, world.scope)).toBe(false);
      expect(world.questions).toEqual([]);
    },
  );

  test('is a rule error when DNS does not answer', async () => {
    const world = createWorld();
    await expect(judge(compile('rbl', 'bl.example', world), 'broken', world.scope)).rejects.toThrow(
      new OperatorError('RBL lookup in bl.example failed: SERVFAIL'),
    );
  });
});
