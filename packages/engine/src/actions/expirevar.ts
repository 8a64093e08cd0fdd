import { parseInteger } from '../bytes/integer.ts';
import { type Action, defineAction } from '../registry/action.ts';
import { findEquals, parseCollectionVariable } from './collection-variable.ts';

export const expirevar: Action = defineAction({
  name: 'expirevar',
  summary: 'col.name=seconds: the variable of a persistent collection disappears that many seconds from now.',
  kind: 'non-disruptive',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    const equals = findEquals(argument);
    if (equals === -1) throw new Error('expirevar is written as expirevar:collection.name=seconds');
    const variable = parseCollectionVariable(argument.slice(0, equals), context);
    const seconds = context.macro(argument.slice(equals + 1));
    if (variable.collection === 'TX')
      context.warn('variables of TX end with the transaction; expirevar does nothing here');
    return (rule) => {
      rule.effects.push((tx) => {
        tx.persistent(variable.collection)?.expire(variable.keyIn(tx), parseInteger(seconds.expand(tx)));
      });
    };
  },
});
