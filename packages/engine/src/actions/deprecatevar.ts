import { parseInteger } from '../bytes/integer.ts';
import { type Action, defineAction } from '../registry/action.ts';
import { findEquals, parseCollectionVariable } from './collection-variable.ts';

export const deprecatevar: Action = defineAction({
  name: 'deprecatevar',
  summary: 'col.name=n/s: lower a counter by n for every full s seconds since the record was last stored, not below 0.',
  kind: 'non-disruptive',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    const equals = findEquals(argument);
    const slash = argument.indexOf('/', equals + 1);
    if (equals === -1 || slash === -1)
      throw new Error('deprecatevar is written as deprecatevar:collection.name=amount/seconds');
    const variable = parseCollectionVariable(argument.slice(0, equals), context);
    const amount = context.macro(argument.slice(equals + 1, slash));
    const period = context.macro(argument.slice(slash + 1));
    if (variable.collection === 'TX') throw new Error('deprecatevar works on persistent collections, not on tx');
    return (rule) => {
      rule.effects.push((tx) => {
        const collection = tx.persistent(variable.collection);
        const updated = collection?.get('LAST_UPDATE_TIME');
        const key = variable.keyIn(tx);
        const before = collection?.get(key);
        const seconds = parseInteger(period.expand(tx));
        if (collection === undefined || updated === undefined || before === undefined || seconds <= 0) return;
        const periods = Math.floor((Math.floor(tx.now() / 1000) - parseInteger(updated)) / seconds);
        if (periods <= 0) return;
        collection.add(key, -Math.min(parseInteger(before), periods * parseInteger(amount.expand(tx))));
        tx.noteChange({ name: `${variable.collection}:${key}`, before, after: collection.get(key) });
      });
    };
  },
});
