import { detectSqli, SQLI_BYTES } from '../detect/index.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** A value that is an attack, and what it looks like. */
class FoundAttack {
  readonly value: string;
  readonly fingerprint: string;

  constructor(value: string, fingerprint: string) {
    this.value = value;
    this.fingerprint = fingerprint;
  }
}

export const detectSQLi: Operator = defineOperator({
  name: 'detectSQLi',
  summary:
    'Matches when the value, put into a query, would be an SQL injection, judged by its token pattern as libinjection does.',
  examples: [
    { argument: '', value: "1' or 1=1 --", matches: true },
    { argument: '', value: 'O Brien', matches: false },
  ],
  argument: 'none',
  compile: () => {
    // What was found is asked for again, for the log, for TX.0, and where the same value has another name.
    const knownFingerprint = (value: string, { finding }: TransactionState): string | undefined =>
      finding instanceof FoundAttack && finding.value === value ? finding.fingerprint : undefined;
    const fingerprintOf = (value: string, tx: TransactionState): string =>
      knownFingerprint(value, tx) ?? detectSqli(value).fingerprint;
    return {
      forecast: { kind: 'bytes', bytes: SQLI_BYTES },
      test: (value, { tx }) => {
        if (knownFingerprint(value, tx) !== undefined) return true;
        const { isSqli, fingerprint } = detectSqli(value);
        if (isSqli) tx.finding = new FoundAttack(value, fingerprint);
        return isSqli;
      },
      describe: (value, _name, { tx }) =>
        `detected SQLi using libinjection with fingerprint '${fingerprintOf(value, tx)}'`,
      captures: (value, { tx }) => [fingerprintOf(value, tx)],
    };
  },
});
