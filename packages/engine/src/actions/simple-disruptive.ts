import { type Action, defineAction } from '../registry/action.ts';

/** Disruptive actions without argument. */
function simple(name: 'pass' | 'deny' | 'drop' | 'block', summary: string): Action {
  return defineAction({
    name,
    summary,
    kind: 'disruptive',
    group: 'disruptive',
    argument: 'none',
    inDefault: name !== 'block',
    compile: () => (rule) => {
      rule.disruption = name === 'block' ? { kind: 'block' } : { kind: name };
    },
  });
}

export const pass: Action = simple('pass', 'Go on; the match is only logged.');
export const deny: Action = simple('deny', 'Stop and answer with the status of the rule, 403 by default.');
export const drop: Action = simple('drop', 'Close the connection.');
export const block: Action = simple('block', 'Do what the SecDefaultAction of the phase says.');
