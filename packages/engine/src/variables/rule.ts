import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const rule: Variable = defineVariable({
  name: 'RULE',
  summary:
    'Data of the rule being run (of the first one in a chain): id, rev, severity, msg, logdata, ver, maturity, accuracy.',
  kind: 'collection',
  isVolatile: true,
  members: (tx) => {
    const running = tx.rule;
    if (running === undefined) return NO_MEMBERS;
    const fields: readonly (readonly [string, string | number | undefined])[] = [
      ['id', running.id],
      ['rev', running.revision],
      ['severity', running.severity],
      ['ver', running.version],
      ['maturity', running.maturity],
      ['accuracy', running.accuracy],
      ['msg', running.message(tx)],
      ['logdata', running.data(tx)],
    ];
    return present(fields);
  },
  find: (tx, key) => {
    const value = field(tx, key.toLowerCase());
    return value === undefined ? NO_MEMBERS : [{ key, value: String(value) }];
  },
});

/** Looks at one field only, so that `%{rule.id}` inside `msg` does not expand `msg` again. */
function field(tx: TransactionState, key: string): string | number | undefined {
  const running = tx.rule;
  switch (key) {
    case 'id':
      return running?.id;
    case 'rev':
      return running?.revision;
    case 'severity':
      return running?.severity;
    case 'ver':
      return running?.version;
    case 'maturity':
      return running?.maturity;
    case 'accuracy':
      return running?.accuracy;
    case 'msg':
      return running?.message(tx);
    case 'logdata':
      return running?.data(tx);
    default:
      return undefined;
  }
}

function present(fields: readonly (readonly [string, string | number | undefined])[]): readonly Member[] {
  return fields.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]));
}
