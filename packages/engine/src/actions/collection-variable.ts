import { escapeKey } from '../bytes/escape.ts';
import { internalized } from '../bytes/internalized.ts';
import type { ActionContext } from '../registry/action.ts';
import type { MacroText } from '../registry/macro.ts';
import type { TransactionState, WritableCollection } from '../registry/transaction-state.ts';

/** Collections that rules can write. */
const persistent: ReadonlySet<string> = new Set(['IP', 'GLOBAL', 'RESOURCE', 'SESSION', 'USER']);

/** `collection.name` as `setvar`, `expirevar` and `deprecatevar` take it. The name may contain macros. */
export interface CollectionVariable {
  /** Upper-case name of the collection. */
  readonly collection: string;
  readonly key: MacroText;
  /** The escaped key where it has no macros. */
  readonly constantKey: string | undefined;
  /** The collection in this transaction; undefined when it has not been opened. */
  find(tx: TransactionState): WritableCollection | undefined;
  /** The expanded key with control bytes and backslashes escaped. */
  keyIn(tx: TransactionState): string;
}

/** Reads `col.name`. Throws an Error with a readable message when the text has another shape. */
export function parseCollectionVariable(text: string, context: ActionContext): CollectionVariable {
  const dot = text.indexOf('.');
  if (dot < 1 || dot === text.length - 1) {
    throw new Error(`"${text}" does not name a variable; write collection.name, for example tx.score`);
  }
  const collection = text.slice(0, dot).toUpperCase();
  if (collection !== 'TX' && !persistent.has(collection)) {
    throw new Error(
      `"${text.slice(0, dot)}" is not a collection that rules can write (tx, ${[...persistent].join(', ').toLowerCase()})`,
    );
  }
  const key = context.macro(text.slice(dot + 1));
  const constantKey = key.isConstant ? internalized(escapeKey(key.source)) : undefined;
  return {
    collection,
    key,
    constantKey,
    find: collection === 'TX' ? (tx) => tx.tx : (tx) => tx.persistent(collection),
    keyIn: (tx) => constantKey ?? escapeKey(key.expand(tx)),
  };
}

/** Index of the first `=` outside `%{…}`, or -1. */
export function findEquals(text: string): number {
  let index = 0;
  while (index < text.length) {
    if (text[index] === '=') return index;
    if (text.startsWith('%{', index)) {
      const close = text.indexOf('}', index);
      index = close === -1 ? index + 2 : close + 1;
    } else {
      index++;
    }
  }
  return -1;
}
