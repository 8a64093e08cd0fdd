import { escapeLog } from '../bytes/escape.ts';
import { requestEnvironment } from '../programs/request-environment.ts';
import { defineOperator, type Operator, OperatorError } from '../registry/operator.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** Output of approver programs is for one log line. */
const LONGEST_OUTPUT = 512;

export const inspectFile: Operator = defineOperator({
  name: 'inspectFile',
  summary:
    'Runs a program with the value, usually the path of an uploaded file, as its argument. Matches unless the first byte of its output is 1, also when the program cannot be run.',
  examples: [
    { argument: '/approve', value: '/tmp/clean', matches: false },
    { argument: '/approve', value: '/tmp/virus', matches: true },
  ],
  compile: (argument, context) => {
    const path = context.resolvePath(argument.source);
    if (path.toLowerCase().endsWith('.lua')) throw new Error('Lua scripts are not run; name a program');
    const { programs } = context;
    if (programs === undefined) throw new Error('no programs service was given to createWaf');
    const outputs = new WeakMap<TransactionState, Map<string, string>>();
    return {
      test: () => {
        throw new OperatorError('@inspectFile has to wait for a program');
      },
      testLater: async (value, { tx }) => {
        let output: string;
        try {
          output = await programs.run(path, { arguments: [value], environment: requestEnvironment(tx) });
        } catch (cause) {
          // ModSecurity lets the file pass then; a scanner that is down must not be a way in.
          output = cause instanceof Error ? cause.message : String(cause);
          tx.report(1, `Execution of the approver script "${path}" failed: ${output}`);
          output = `0 ${output}`;
        }
        const known = outputs.get(tx) ?? new Map<string, string>();
        outputs.set(tx, known.set(value, output));
        return !output.startsWith('1');
      },
      describe: (value, _name, { tx }) => {
        const output = outputs.get(tx)?.get(value) ?? '';
        const line = escapeLog(output.trimEnd().slice(0, LONGEST_OUTPUT));
        return `File "${escapeLog(value)}" rejected by the approver script "${escapeLog(path)}": ${line}`;
      },
      span: (value) => [0, value.length],
    };
  },
});
