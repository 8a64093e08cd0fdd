import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { TransactionState, WritableCollection } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** A collection that rules can write while a phase runs. */
function writable(
  name: string,
  summary: string,
  collectionOf: (tx: TransactionState) => WritableCollection | undefined,
): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'collection',
    isVolatile: true,
    members: (tx) => collectionOf(tx)?.members ?? NO_MEMBERS,
    find: (tx, key) => {
      const member: Member | undefined = collectionOf(tx)?.find(key);
      return member === undefined ? NO_MEMBERS : [member];
    },
    select: (tx, pattern) => collectionOf(tx)?.select?.(pattern, tx.budget),
  });
}

export const tx: Variable = writable(
  'TX',
  'Variables of this transaction; TX:0 to TX:9 hold captures.',
  (transaction) => transaction.tx,
);

export const env: Variable = writable(
  'ENV',
  'Environment of the request, set with setenv.',
  (transaction) => transaction.env,
);

export const geo: Variable = writable(
  'GEO',
  'What @geoLookup found: COUNTRY_CODE, COUNTRY_NAME, CITY and others.',
  (transaction) => transaction.geo,
);

/** Empty until `initcol`, `setsid`, `setuid` or `setrsc` opens them. */
export const persistentCollections: readonly Variable[] = [
  ['IP', 'Persistent variables of a client address.'],
  ['GLOBAL', 'Persistent variables shared by all requests.'],
  ['RESOURCE', 'Persistent variables of a resource.'],
  ['SESSION', 'Persistent variables of a session.'],
  ['USER', 'Persistent variables of a user.'],
].map(([name = '', summary = '']) => writable(name, summary, (transaction) => transaction.persistent(name)));
