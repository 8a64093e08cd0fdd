import { type Action, defineAction } from '../registry/action.ts';

export const capture: Action = defineAction({
  name: 'capture',
  summary: 'Store what the operator captured as TX:0 to TX:9.',
  kind: 'non-disruptive',
  argument: 'none',
  compile: () => (rule) => {
    rule.capture = true;
  },
});
