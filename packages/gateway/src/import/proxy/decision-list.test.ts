import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accessListOf } from '../../stages/access/access-list.ts';
import { accessRules, and, type DecisionList, EVERYBODY, NOBODY, not, only, or } from './decision-list.ts';

it.each<[what: string, list: DecisionList, rules: readonly string[]]>([
  ['everybody', EVERYBODY, []],
  ['nobody', NOBODY, ['deny all']],
  ['one network', only(['10.0.0.0/8']), ['allow 10.0.0.0/8', 'deny all']],
  ['all but one', not(only(['10.0.0.7'])), ['deny 10.0.0.7', 'allow all']],
  [
    'a network without one',
    and(only(['10.0.0.0/8']), not(only(['10.0.0.7']))),
    ['deny 10.0.0.7', 'allow 10.0.0.0/8', 'deny all'],
  ],
  ['two networks', or(only(['10.0.0.0/8']), only(['::1'])), ['allow 10.0.0.0/8', 'allow ::1', 'deny all']],
  ['a network in another', or(only(['10.0.0.0/8']), only(['10.1.0.0/16'])), ['allow 10.0.0.0/8', 'deny all']],
  ['nothing in common', and(only(['10.0.0.0/8']), only(['11.0.0.0/8'])), ['deny all']],
])('%s', (_what, list, rules) => {
  expect(accessRules(list)).toEqual(rules);
});

it('joined lists say of every address what their parts say together', () => {
  const network = fc.constantFrom(
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.0/24',
    '10.1.2.3',
    '0.0.0.0/0',
    '::/0',
    'fd00::/8',
    'fd00::1',
  );
  const list = fc
    .array(fc.tuple(fc.boolean(), network), { maxLength: 5 })
    .chain((rules) =>
      fc
        .boolean()
        .map(
          (allows): DecisionList => [
            ...rules.map(([one, of]) => ({ allows: one, network: of })),
            { allows, network: 'all' },
          ],
        ),
    );
  const addresses = ['10.1.2.3', '10.1.2.4', '10.1.3.1', '10.2.0.0', '192.0.2.1', 'fd00::1', 'fd01::', '::1', ''];
  const says = (rules: DecisionList, address: string): boolean =>
    accessListOf(accessRules(rules))?.allows(address) ?? true;
  fc.assert(
    fc.property(list, list, (a, b) => {
      for (const address of addresses) {
        const one = says(a, address);
        const other = says(b, address);
        expect([address, says(and(a, b), address), says(or(a, b), address), says(not(a), address)]).toEqual([
          address,
          one && other,
          one || other,
          !one,
        ]);
      }
    }),
  );
});
