import { type Action, defineAction } from '../registry/action.ts';

export const chain: Action = defineAction({
  name: 'chain',
  summary: 'The next SecRule belongs to this one; both must match.',
  kind: 'flow',
  argument: 'none',
  inFollower: true,
  compile: () => (rule) => {
    rule.isChain = true;
  },
});

export const skip: Action = defineAction({
  name: 'skip',
  summary: 'After a match leave out the next N rules of the phase; a chain counts as one.',
  kind: 'flow',
  argument: 'required',
  inFollower: false,
  compile: (argument) => {
    if (!/^\d{1,9}$/.test(argument)) throw new Error(`"${argument}" is not a number of rules`);
    return (rule) => {
      rule.skip = Number(argument);
    };
  },
});

export const skipAfter: Action = defineAction({
  name: 'skipAfter',
  summary:
    'After a match go on behind the marker (or rule id) of that name; without it the rest of the phase is left out.',
  kind: 'flow',
  argument: 'required',
  inFollower: false,
  compile: (argument) => (rule) => {
    rule.skipAfter = argument;
  },
});
