/** What may end the request. */
import type { ActionSpec } from '../rule-parts.ts';
import type { LinkSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import type { UnitKind } from './unit-kind.ts';

export const disruptive: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const disruption: readonly ActionSpec[] = parts.random.pick([
    [['deny'], ['status', '406']],
    [['deny']],
    [['block']],
    [['redirect', 'http://example.test/%{ARGS.a}']],
    [
      ['redirect', 'http://example.test/'],
      ['status', '301'],
    ],
    [['allow']],
    [['allow', 'phase']],
    [['allow', 'request']],
    [['deny'], ['status', '418']],
    [['ctl', 'ruleEngine=DetectionOnly'], ['deny']],
    [['drop']],
  ]);
  const link: LinkSpec = {
    targets: [{ name: 'REQUEST_HEADERS', selector: 'X-End', form: 'members' }],
    isNegated: false,
    operator: 'streq',
    argument: String(parts.random.below(12)),
    actions: [['id', String(id)], ['phase', String(phase)], ['log'], ...parts.metadata(), ...disruption],
  };
  return { links: [link] };
};
