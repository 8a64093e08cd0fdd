import { type Action, defineAction } from '../registry/action.ts';

export const marker: Action = defineAction({
  name: 'marker',
  summary: 'A label for skipAfter at the place of the rule; SecMarker writes the same more simply.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument) => (rule) => {
    rule.marker = argument;
  },
});
