import { type Action, defineAction } from '../registry/action.ts';

export const allow: Action = defineAction({
  name: 'allow',
  summary:
    'End the phase without further rules and skip phases 2-4 (allow), phase 2 (allow:request) or nothing else (allow:phase).',
  kind: 'disruptive',
  group: 'disruptive',
  argument: 'optional',
  compile: (argument) => {
    const scope = argument.toLowerCase();
    if (scope !== '' && scope !== 'phase' && scope !== 'request') {
      throw new Error(`"${argument}" is not a scope of allow (phase or request)`);
    }
    return (rule) => {
      rule.disruption = { kind: 'allow', scope: scope === '' ? 'all' : scope };
    };
  },
});
