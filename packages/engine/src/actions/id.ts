import { type Action, defineAction } from '../registry/action.ts';

export const id: Action = defineAction({
  name: 'id',
  summary: 'Number of the rule, unique in the rule set; every rule that is not a chain follower needs one.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument) => {
    const number = Number(argument);
    if (!/^\d+$/.test(argument) || number === 0 || !Number.isSafeInteger(number)) {
      throw new Error(`"${argument}" is not a rule id; ids are whole numbers above 0`);
    }
    return (rule) => {
      rule.id = number;
    };
  },
});
