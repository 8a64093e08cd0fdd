import { isDigit } from '../bytes/ascii.ts';
import { addSaturating, parseInteger } from '../bytes/integer.ts';
import {
  type Action,
  type ActionContext,
  defineAction,
  type Effect,
  promptly,
  type TxUse,
} from '../registry/action.ts';
import type { MacroText } from '../registry/macro.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { type CollectionVariable, findEquals, parseCollectionVariable } from './collection-variable.ts';

export const setvar: Action = defineAction({
  name: 'setvar',
  summary: 'col.name, col.name=value, col.name=+n, col.name=-n or !col.name: set to 1, set, add, subtract, remove.',
  kind: 'non-disruptive',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    const effect = compileSetvar(argument, context);
    return (rule) => {
      rule.effects.push(effect);
    };
  },
});

function compileSetvar(argument: string, context: ActionContext): Effect {
  if (argument.startsWith('!')) return unset(parseCollectionVariable(argument.slice(1), context));
  const equals = findEquals(argument);
  if (equals === -1) return assign(parseCollectionVariable(argument, context), '1', context);
  const variable = parseCollectionVariable(argument.slice(0, equals), context);
  const value = argument.slice(equals + 1).replace(/^[\t-\r ]+/, '');
  // Decided by the first byte as written: text that starts with a sign out of a macro stays text.
  if (value.startsWith('+')) return count(variable, value.slice(1), 1, context);
  if (value.startsWith('-')) return count(variable, value.slice(1), -1, context);
  return assign(variable, value, context);
}

function unset(variable: CollectionVariable): Effect {
  return withUse(variable, removalIn(variable), (tx) => {
    const collection = variable.find(tx);
    if (collection === undefined) return;
    const key = variable.keyIn(tx);
    const before = collection.get(key);
    if (before === undefined) return;
    collection.delete(key);
    tx.noteChange({ name: `${variable.collection}:${key}`, before, after: undefined });
  });
}

function assign(variable: CollectionVariable, text: string, context: ActionContext): Effect {
  const value = context.macro(text);
  return withUse(variable, useOf(variable, value, false), (tx) => {
    const collection = variable.find(tx);
    if (collection === undefined) return;
    const key = variable.keyIn(tx);
    const after = value.expand(tx);
    const before = collection.swap(key, after);
    if (tx.isNotingChanges) tx.noteChange({ name: `${variable.collection}:${key}`, before, after });
  });
}

/** Integer arithmetic as C's atoi reads numbers, never below zero. */
function count(variable: CollectionVariable, text: string, sign: 1 | -1, context: ActionContext): Effect {
  const amount = context.macro(text);
  const constantAmount = amount.isConstant ? signed(sign, amount.source) : undefined;
  return withUse(variable, useOf(variable, amount, true), (tx) => {
    const key = variable.keyIn(tx);
    const delta = constantAmount ?? signed(sign, amount.expand(tx));
    if (variable.collection !== 'TX') {
      const collection = tx.persistent(variable.collection);
      if (collection === undefined) return;
      const before = collection.get(key);
      collection.add(key, delta);
      tx.noteChange({ name: `${variable.collection}:${key}`, before, after: collection.get(key) });
      return;
    }
    const before = tx.tx.get(key);
    const after = String(Math.max(0, addSaturating(parseInteger(before ?? '0'), delta)));
    tx.tx.set(key, after);
    if (tx.isNotingChanges) tx.noteChange({ name: `${variable.collection}:${key}`, before, after });
  });
}

function withUse(
  { collection, constantKey }: CollectionVariable,
  use: TxUse | undefined,
  effect: (tx: TransactionState) => void,
): Effect {
  if (collection !== 'TX') return promptly(effect);
  return Object.assign(promptly(effect), { setsTx: constantKey }, use === undefined ? undefined : { tx: use });
}

/** A removal stays within TX, but is no setting. */
function removalIn({ collection, key }: CollectionVariable): TxUse | undefined {
  return collection === 'TX' && readsOnlyTx(key) ? { reads: undefined, sets: undefined } : undefined;
}

/** What setting a variable to a value reads and sets, where it stays within TX; `isCount` when it begins with what is there. */
function useOf(
  { collection, key, constantKey }: CollectionVariable,
  value: MacroText,
  isCount: boolean,
): TxUse | undefined {
  if (collection !== 'TX' || !readsOnlyTx(key) || !readsOnlyTx(value)) return undefined;
  const reads = [...keysIn(key), ...(isCount ? [constantKey] : []), ...keysIn(value)];
  return {
    reads: reads.every((name) => name !== undefined) ? reads : undefined,
    sets: constantKey === undefined ? undefined : [constantKey],
  };
}

/** What the macros of a text name of TX; undefined for a macro that names nothing. */
function keysIn({ isConstant, keys }: MacroText): readonly (string | undefined)[] {
  return isConstant ? [] : (keys ?? [undefined]);
}

function readsOnlyTx(text: MacroText): boolean {
  return text.isConstant || (text.variables?.every((name) => name === 'TX') ?? false);
}

/** The sign is read together with what follows: as for atoi, `-` before anything but a digit makes it 0. */
function signed(sign: 1 | -1, text: string): number {
  return isDigit(text.charCodeAt(0)) ? sign * parseInteger(text) : 0;
}
