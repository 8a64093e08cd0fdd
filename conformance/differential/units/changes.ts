/** Rules and targets that are taken out or changed. */
import type { RuleParts } from '../rule-parts.ts';
import type { LinkSpec, TargetSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import type { UnitKind } from './unit-kind.ts';

/** Rules taken out while they run. */
export const removal: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const by = parts.random.pick([
    `ruleRemoveById=${id + 1}`,
    `ruleRemoveById=${id + 1}-${id + 2}`,
    `ruleRemoveByTag=tag-${number}-b`,
    `ruleRemoveByTag=^tag-${number}`,
    `ruleRemoveByMsg=message ${number} b`,
  ]);
  const first = parts.test({ id, phase }, [['ctl', by]]);
  const tagged = (index: number, letter: string): LinkSpec => {
    const rule = parts.test({ id: id + index, phase }, []);
    return {
      ...rule,
      actions: [
        ...rule.actions.filter(([name]) => name !== 'msg'),
        ['tag', `tag-${number}-${letter}`],
        ['msg', `message ${number} ${letter}`],
      ],
    };
  };
  return { links: [first, tagged(1, 'a'), tagged(2, 'b'), tagged(3, 'c')] };
};

/** Targets taken out while they run. */
export const targetRemoval: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const target = parts.random.pick([
    'ARGS',
    'ARGS:a',
    'ARGS:A',
    'ARGS:/^a/',
    'REQUEST_HEADERS:user-agent',
    'REQUEST_COOKIES:a',
    'ARGS_NAMES:id',
    'REQUEST_URI',
    'ARGS:user.name',
    'TX:1',
  ]);
  const option = parts.random.pick([
    `ruleRemoveTargetById=${id + 1}`,
    `ruleRemoveTargetById=${id + 1}-${id + 3}`,
    `ruleRemoveTargetByTag=remove-${number}`,
    `ruleRemoveTargetByMsg=remove ${number}`,
  ]);
  const first = parts.test({ id, phase }, [['ctl', `${option};${target}`]]);
  const isChain = parts.random.oneIn(3);
  const second = parts.test({ id: id + 1, phase }, [
    ['tag', `remove-${number}-x`],
    ...(isChain ? [['chain'] as const] : []),
  ]);
  const described = {
    ...second,
    targets: reading(parts, target),
    actions: [...second.actions.filter(([name]) => name !== 'msg'), ['msg', `remove ${number}`] as const],
  };
  const follower: LinkSpec = {
    targets: reading(parts, target),
    ...parts.condition(),
    actions: parts.transformations(1),
  };
  return { links: isChain ? [first, described, follower] : [first, described] };
};

/** Targets among which a removed one is. */
function reading(parts: RuleParts, target: string): readonly TargetSpec[] {
  const [name = ''] = target.split(':', 1);
  if (name === 'TX') return [{ name: 'TX', selector: '/^[0-9]$/', form: 'members' }, ...parts.targets()];
  return [{ name, form: parts.random.oneIn(6) && name !== 'REQUEST_URI' ? 'count' : 'members' }, ...parts.targets()];
}

/** A rule that a directive behind it changes. */
export const update: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const rule = parts.test({ id, phase }, [['tag', `update-${number}`]]);
  const isChain = parts.random.oneIn(3);
  const links = isChain
    ? [
        { ...rule, actions: [...rule.actions, ['chain'] as const] },
        { targets: parts.targets(), ...parts.condition(), actions: parts.transformations(2) },
      ]
    : [rule];
  const change = parts.random.pick([
    '!ARGS:a',
    '!ARGS:/^a/',
    '!REQUEST_HEADERS',
    'REQUEST_METHOD',
    'ARGS:id,!ARGS:q',
    '!REQUEST_COOKIES:/a/',
    'ARGS',
  ]);
  const directive = parts.random.pick([
    `SecRuleUpdateTargetById ${id} "${change}"`,
    `SecRuleUpdateTargetByTag "update-${number}$" "${change}"`,
    `SecRuleUpdateActionById ${id} "t:none,t:length,tag:'updated'"`,
    `SecRuleUpdateActionById ${id} "logdata:'updated %{MATCHED_VAR}',rev:9"`,
    `SecRuleRemoveById ${id}`,
    `SecRuleRemoveByTag "update-${number}"`,
  ]);
  return { links, behind: new Map([[links.length - 1, directive]]) };
};
