import { type Action, type ActionContext, defineAction, type Effect } from '../registry/action.ts';
import type { MacroText } from '../registry/macro.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

const names: readonly string[] = ['GLOBAL', 'IP', 'RESOURCE', 'SESSION', 'USER'];

export const initcol: Action = defineAction({
  name: 'initcol',
  summary: 'collection=key: open a persistent collection (ip, session, user, global, resource) under this key.',
  kind: 'non-disruptive',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    const equals = argument.indexOf('=');
    const name = argument.slice(0, Math.max(0, equals)).toUpperCase();
    if (equals < 1 || equals === argument.length - 1) throw new Error('initcol is written as initcol:collection=key');
    if (!names.includes(name)) {
      throw new Error(`"${name.toLowerCase()}" is not a persistent collection (${names.join(', ').toLowerCase()})`);
    }
    const key = context.macro(argument.slice(equals + 1));
    return (rule) => {
      rule.effects.push((tx) => tx.openPersistent(name, name, key.expand(tx)));
    };
  },
});

/** `setsid` and its relatives prefix the record with the application (SecWebAppId), `initcol` does not. */
function opener(
  name: string,
  collection: string,
  summary: string,
  note: (tx: TransactionState, key: string) => void,
): Action {
  return defineAction({
    name,
    summary,
    kind: 'non-disruptive',
    argument: 'required',
    cardinality: 'many',
    compile: (argument, context: ActionContext) => {
      const key: MacroText = context.macro(argument);
      const effect: Effect = (tx) => {
        const expanded = key.expand(tx);
        if (expanded === '') return undefined;
        note(tx, expanded);
        return tx.openPersistent(collection, `${tx.webAppId}_${collection}`, expanded);
      };
      return (rule) => {
        rule.effects.push(effect);
      };
    },
  });
}

export const setsid: Action = opener('setsid', 'SESSION', 'Open the SESSION collection under this key.', (tx, key) => {
  tx.sessionId = key;
});

export const setuid: Action = opener('setuid', 'USER', 'Open the USER collection under this key.', (tx, key) => {
  tx.userId = key;
});

export const setrsc: Action = opener('setrsc', 'RESOURCE', 'Open the RESOURCE collection under this key.', () => {});
