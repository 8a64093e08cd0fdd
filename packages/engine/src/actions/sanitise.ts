import { type Action, defineAction, type Effect } from '../registry/action.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** Masks a value by its name, for the rest of the transaction and in everything that is logged about it. */
function byName(
  name: string,
  alias: string,
  what: string,
  mask: (tx: TransactionState, member: string) => void,
): Action {
  return defineAction({
    name,
    aliases: [alias],
    summary: `Writes the value of the ${what} of this name as asterisks to every log.`,
    kind: 'non-disruptive',
    argument: 'required',
    cardinality: 'many',
    compile: (argument) => {
      const effect: Effect = (tx) => mask(tx, argument);
      return (rule) => {
        rule.effects.push(effect);
      };
    },
  });
}

export const sanitiseArg: Action = byName('sanitiseArg', 'sanitizeArg', 'argument', (tx, name) =>
  tx.masking.maskArgument(name),
);

export const sanitiseRequestHeader: Action = byName(
  'sanitiseRequestHeader',
  'sanitizeRequestHeader',
  'request header',
  (tx, name) => tx.masking.maskRequestHeader(name),
);

export const sanitiseResponseHeader: Action = byName(
  'sanitiseResponseHeader',
  'sanitizeResponseHeader',
  'response header',
  (tx, name) => tx.masking.maskResponseHeader(name),
);

export const sanitiseMatched: Action = defineAction({
  name: 'sanitiseMatched',
  aliases: ['sanitizeMatched'],
  summary: 'Writes the value that matched as asterisks to every log.',
  kind: 'non-disruptive',
  argument: 'none',
  compile: () => (rule) => {
    rule.effects.push(({ matchedVarName: name, matchedVar: value, masking }) => {
      if (name !== undefined && value !== undefined) masking.maskVariable(name, value);
    });
  },
});

export const sanitiseMatchedBytes: Action = defineAction({
  name: 'sanitiseMatchedBytes',
  aliases: ['sanitizeMatchedBytes'],
  summary:
    'Writes what the operator matched in the value as asterisks to every log; a/b keeps the first a and the last b bytes of it.',
  kind: 'non-disruptive',
  argument: 'optional',
  compile: (argument) => {
    const found = /^(?:(\d{1,4})\/(\d{1,4}))?$/.exec(argument);
    if (found === null) throw new Error(`"${argument}" is not written as first/last, for example 1/4`);
    const kept = { first: Number(found[1] ?? 0), last: Number(found[2] ?? 0) };
    return (rule) => {
      rule.maskMatchedBytes = kept;
    };
  },
});
