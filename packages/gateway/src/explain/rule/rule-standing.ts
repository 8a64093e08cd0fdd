/** What becomes of one rule in each rule set of a configuration. */

import type { RuleSetUser } from '../../waf/configured-rule-sets.ts';
import type { RuleSwitchEntry } from '../../waf/rule-switches.ts';
import { explainRule, jumpsOver, removalsOf } from './explain-rule.ts';
import type { InspectedSet } from './inspected-sets.ts';
import { paranoiaLevel } from './metadata.ts';
import { judge, type SetSetting, settingsOfSet } from './settings-of-set.ts';

export interface RuleStanding {
  /** `rules`, or `rule_sets.NAME`. */
  readonly place: string;
  /** What the set is made of. */
  readonly rules: string;
  /** Routes whose requests it sees. */
  readonly users: readonly string[];
  readonly state: 'runs' | 'is not in it' | 'is taken away' | 'never runs';
  /** Why, and what is different from the set the rule is explained by. */
  readonly notes: readonly string[];
}

/**
 * `explained`: the set whose rule is shown in full; others are compared with it. `switches`: of the running gate, in the order they
 * were made.
 */
export function standingOf(
  id: number,
  set: InspectedSet,
  explained: InspectedSet,
  switches: readonly RuleSwitchEntry[],
): RuleStanding {
  const { place, ruleSet, users, inspection, facts } = set;
  const standing = {
    place,
    rules: ruleSet.name,
    users: users.map(({ name, mode }) => (mode === 'detection' ? `${name}, which only detects` : name)),
  };
  const rule = inspection.rules.find((one) => one.id === id);
  if (rule === undefined) return { ...standing, state: 'is not in it', notes: [] };
  const removals = removalsOf(rule, inspection);
  if (removals.length > 0) return { ...standing, state: 'is taken away', notes: removals };
  const { engineMode } = inspection.settings;
  // A route with "waf: detection" says more than the files.
  const isOn = engineMode !== 'Off' || users.some(({ mode }) => mode === 'detection');
  if (!isOn) return { ...standing, state: 'never runs', notes: ['SecRuleEngine is Off in this set'] };
  const settings = settingsOfSet(facts);
  const skips = jumpsOver(rule, facts, inspection).flatMap((jump) => {
    const verdict = judge(jump, settings);
    return verdict?.isTrue === true ? [{ jump, ...verdict }] : [];
  });
  const notes = skips.map(
    ({ jump, name, setting }) => `rule ${jump.id} jumps over it: TX:${name} is ${setting.value}${unless(setting)}`,
  );
  const isSkipped = skips.some(({ setting }) => setting.changedBy.length === 0);
  if (engineMode === 'Off') notes.push('SecRuleEngine is Off in this set: it runs where a route only detects');
  if (engineMode === 'DetectionOnly') notes.push('SecRuleEngine is DetectionOnly in this set: nothing is refused');
  if (!isSkipped) notes.push(...levelNotes(paranoiaLevel(rule), settings));
  notes.push(...switches.filter((one) => one.id === id).flatMap((one) => switchNote(one, users)));
  if (set !== explained) notes.push(...differences(id, set, explained));
  return { ...standing, state: isSkipped ? 'never runs' : 'runs', notes };
}

function unless({ changedBy }: SetSetting): string {
  return changedBy.length === 0 ? '' : ` unless rule ${changedBy.join(', ')} changes it`;
}

/** In the words of the Core Rule Set, version 4 first. */
function levelNotes(level: number | undefined, settings: ReadonlyMap<string, SetSetting>): readonly string[] {
  const detection = settings.get('detection_paranoia_level') ?? settings.get('executing_paranoia_level');
  const blocking = settings.get('blocking_paranoia_level') ?? settings.get('paranoia_level');
  if (level === undefined || detection === undefined || blocking === undefined) return [];
  const levels = `paranoia levels here: detection ${detection.value}, blocking ${blocking.value}`;
  return [level > blocking.value ? `${levels}; matches are reported and do not count towards a refusal` : levels];
}

function switchNote({ to, route, until, by }: RuleSwitchEntry, users: readonly RuleSetUser[]): readonly string[] {
  const on = users.filter(({ routeNames }) => route === undefined || routeNames.includes(route));
  if (on.length === 0) return [];
  const where = route === undefined ? 'all routes' : on.map(({ name }) => name).join(', ');
  const end = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  return [`switched to ${to} at run time on ${where} by ${by}${end}`];
}

const PARTS = [
  ['conditions', 'what it looks at and how it tests'],
  ['onMatch', 'what a match does'],
  ['changedBy', 'what changes it'],
] as const;

/** Where the rule of that number is another one here, or the same with other exclusions. */
function differences(id: number, set: InspectedSet, explained: InspectedSet): readonly string[] {
  const [here, there] = [set, explained].map(({ inspection, facts }) => {
    const rule = inspection.rules.find((one) => one.id === id);
    return rule && explainRule(rule, facts, inspection);
  });
  if (here === undefined || there === undefined) return [];
  if (here.file !== there.file || here.line !== there.line)
    return [`another rule of that number: ${here.file}:${here.line} ${here.message ?? ''}`.trimEnd()];
  const other = PARTS.filter(([part]) => JSON.stringify(here[part]) !== JSON.stringify(there[part]));
  const added = here.changedBy.filter((one) => !there.changedBy.includes(one));
  const missing = there.changedBy.filter((one) => !here.changedBy.includes(one));
  return [
    ...(other.length === 0 ? [] : [`different from ${explained.place}: ${other.map(([, words]) => words).join('; ')}`]),
    ...added.map((one) => `only here: ${one}`),
    ...missing.map((one) => `not here: ${one}`),
  ];
}
