import { type Action, defineAction } from '../registry/action.ts';
import { findEquals } from './collection-variable.ts';

export const setenv: Action = defineAction({
  name: 'setenv',
  summary:
    'NAME=value, NAME or !NAME: set, set to 1 or remove a variable of the request environment (log formats, ENV).',
  kind: 'non-disruptive',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    if (argument.startsWith('!')) {
      const name = context.macro(argument.slice(1));
      return (rule) => {
        rule.effects.push((tx) => tx.env.delete(name.expand(tx)));
      };
    }
    const equals = findEquals(argument);
    const name = context.macro(equals === -1 ? argument : argument.slice(0, equals));
    const value = context.macro(equals === -1 ? '1' : argument.slice(equals + 1));
    return (rule) => {
      rule.effects.push((tx) => tx.env.set(name.expand(tx), value.expand(tx)));
    };
  },
});
