import type { RuleSwitch } from '../contract.ts';
import type { Link, Program, Rule } from './program.ts';

/**
 * The program with some rules off or with another effect, by id. Rules keep their places, so that jumps still lead where they did,
 * and share everything that was compiled. Throws a `RangeError` that names the first id no rule has.
 */
export function switchRules(program: Program, switches: ReadonlyMap<number, RuleSwitch>): Program {
  for (const id of switches.keys()) {
    if (!program.rules.some((rule) => rule.id === id)) throw new RangeError(`there is no rule ${id}`);
  }
  const switched = new Map<Rule, Rule>();
  const replacement = (rule: Rule): Rule => {
    const to = switches.get(rule.id);
    if (to === undefined) return rule;
    const made = switched.get(rule) ?? switchRule(rule, to);
    switched.set(rule, made);
    return made;
  };
  return {
    settings: program.settings,
    rules: program.rules.map(replacement),
    phases: program.phases.map((rules) => rules.map(replacement)),
  };
}

function switchRule(rule: Rule, to: RuleSwitch): Rule {
  switch (to) {
    case 'off':
      return { ...rule, links: rule.links.slice(0, 1).map(withoutTargets) };
    case 'pass':
      return { ...rule, disruption: { kind: 'pass' } };
    case 'log':
      return { ...rule, disruption: { kind: 'pass' }, log: true, auditLog: true };
    case 'deny':
      return { ...rule, disruption: { kind: 'deny' }, log: true, auditLog: true };
  }
}

/** A link that looks at nothing never matches. */
function withoutTargets(link: Link): Link {
  return { ...link, targets: [], isUnconditional: false };
}
