import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessRule, parseRule, printRule } from '../../config/sections/access-rules.ts';
import { compileRules, type Verdict } from './access-rules.ts';

type Written = string | { readonly any?: Written[]; readonly all?: Written[]; readonly none?: Written[] };

function ruleOf(written: Written): AccessRule {
  if (typeof written === 'string') {
    const rule = parseRule(written);
    if (typeof rule === 'string') throw new Error(rule);
    return rule;
  }
  const [[is, rules]] = Object.entries(written) as [['any' | 'all' | 'none', Written[]]];
  return { is, rules: rules.map(ruleOf) };
}

const alice = { user: 'alice', groups: ['staff', 'admins'], provider: 'p', type: 'Basic' } as const;

/** Rules, what they say before it is known who asks, and of alice in the groups staff and admins. */
const TABLE: readonly (readonly [rules: readonly Written[], anonymous: Verdict, known: Verdict])[] = [
  [['all granted'], 'granted', 'granted'],
  [['all denied'], 'denied', 'denied'],
  [['valid-user'], 'login', 'granted'],
  [['user bob alice'], 'login', 'granted'],
  [['user bob'], 'login', 'denied'],
  [['user Alice'], 'login', 'denied'],
  [['group staff'], 'login', 'granted'],
  [['group guests'], 'login', 'denied'],
  [['ip 192.0.2.0/24'], 'granted', 'granted'],
  [['ip 198.51.100.1 2001:db8::/32'], 'denied', 'denied'],
  [['local'], 'denied', 'denied'],
  [['method GET HEAD'], 'granted', 'granted'],
  [['method post'], 'denied', 'denied'],
  [['policy members'], 'login', 'granted'],
  // A list grants when one of its rules does.
  [['ip 192.0.2.0/24', 'valid-user'], 'granted', 'granted'],
  [['ip 198.51.100.1', 'valid-user'], 'login', 'granted'],
  [['ip 198.51.100.1', 'user bob'], 'login', 'denied'],
  [[{ all: ['ip 192.0.2.0/24', 'valid-user'] }], 'login', 'granted'],
  // A login is not asked for where it could not help.
  [[{ all: ['ip 198.51.100.1', 'valid-user'] }], 'denied', 'denied'],
  [[{ all: ['valid-user', 'not user bob'] }], 'login', 'granted'],
  [[{ all: ['valid-user', 'not user alice'] }], 'login', 'denied'],
  [[{ all: ['valid-user', { none: ['group staff', 'user bob'] }] }], 'login', 'denied'],
  // Bob must not get in by not saying who he is.
  [[{ all: ['all granted', 'not user bob'] }], 'login', 'granted'],
  [[{ all: ['all granted', 'not ip 192.0.2.7'] }], 'granted', 'granted'],
  [[{ all: ['all granted', 'not ip 192.0.2.1'] }], 'denied', 'denied'],
  // What only says who may not, grants nothing.
  [['not user bob'], 'login', 'neutral'],
  [['not ip 198.51.100.1'], 'neutral', 'neutral'],
  [[{ any: [{ all: ['group guests', 'valid-user'] }, { all: ['group staff', 'method GET'] }] }], 'login', 'granted'],
  [[], 'neutral', 'neutral'],
];

describe('rules about access', () => {
  it.each(TABLE)('%j', (written, anonymous, known) => {
    const policies = new Map([['members', [ruleOf('group staff')]]]);
    const decide = compileRules(written.map(ruleOf), policies);
    const facts = { clientAddress: '192.0.2.1', serverAddress: '192.0.2.80', method: 'GET' };
    expect(decide({ ...facts, principal: undefined })).toBe(anonymous);
    expect(decide({ ...facts, principal: alice })).toBe(known);
  });

  it('local is loopback, or the address of the server', () => {
    const decide = compileRules([ruleOf('local')], new Map());
    const of = (clientAddress: string): Verdict =>
      decide({ clientAddress, serverAddress: '192.0.2.80', method: 'GET', principal: undefined });
    expect([of('127.0.0.1'), of('::1'), of('192.0.2.80'), of('192.0.2.81')]).toEqual([
      'granted',
      'granted',
      'granted',
      'denied',
    ]);
  });

  it('compares names as UTF-8', () => {
    const decide = compileRules([ruleOf('user jörg')], new Map());
    const principal = { ...alice, user: Buffer.from('jörg').toString('latin1') };
    expect(decide({ clientAddress: '', serverAddress: '', method: 'GET', principal })).toBe('granted');
  });
});

describe('the words of a rule', () => {
  it.each([
    ['', 'an empty rule'],
    ['valid-users', 'unknown rule "valid-users"; did you mean "valid-user"?'],
    ['valid-user alice', '"valid-user" stands alone'],
    ['host example.org', /^unknown rule "host"; there is all, valid-user/],
    ['user', '"user" needs a name'],
    ['user "alice', 'a quote in "user "alice" has no end'],
    ['all', '"all" is followed by "granted" or "denied"'],
    ['ip 10.1', '"10.1" is not an IP address or network such as 10.0.0.0/8'],
    ['ip', '"ip" needs an address or network'],
    ['policy a b', '"policy" needs one name'],
    ['not', 'an empty rule'],
    ['not usr x', 'unknown rule "usr"; did you mean "user"?'],
  ])('%s', (text, mistake) =>
    expect(parseRule(text)).toEqual(typeof mistake === 'string' ? mistake : expect.stringMatching(mistake)),
  );

  it.each(['user "Alice Smith" bob', 'group staff', 'ip 10.0.0.0/8 ::1', 'method GET', 'all granted', 'valid-user'])(
    'are printed as they are written: %s',
    (text) => expect(printRule(ruleOf(text))).toBe(text),
  );

  it('come back from what is printed, whatever the names', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('"'));
    const rule = fc.record({
      is: fc.constantFrom('user' as const, 'group' as const),
      names: fc.array(name, { minLength: 1 }),
    });
    fc.assert(
      fc.property(rule, (one) => {
        expect(parseRule(printRule(one))).toEqual(one);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseRule(text)));
  });
});
