import { type Action, defineAction } from '../registry/action.ts';

export const multiMatch: Action = defineAction({
  name: 'multiMatch',
  summary: 'Run the operator on the original value and again after every transformation that changed it.',
  kind: 'non-disruptive',
  argument: 'none',
  compile: () => (rule) => {
    rule.multiMatch = true;
  },
});
