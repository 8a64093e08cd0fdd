import { escapeLog } from '../bytes/escape.ts';
import { requestEnvironment } from '../programs/request-environment.ts';
import { isScriptName, scriptNamed } from '../programs/scripts.ts';
import { defineOperator, type Operator, type OperatorContext, OperatorError } from '../registry/operator.ts';
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
    const approve = isScriptName(path) ? approvingScript(argument.source, context) : approvingProgram(path, context);
    const outputs = new WeakMap<TransactionState, Map<string, string>>();
    return {
      test: () => {
        throw new OperatorError('@inspectFile has to wait for a program');
      },
      testLater: async (value, { tx }) => {
        let output: string;
        try {
          output = await approve(value, tx);
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

/** What an approver says about one value. */
type Approver = (value: string, tx: TransactionState) => string | Promise<string>;

function approvingProgram(path: string, { programs }: OperatorContext): Approver {
  if (programs === undefined) throw new Error('no programs service was given to createWaf');
  return (value, tx) => programs.run(path, { arguments: [value], environment: requestEnvironment(tx) });
}

/** A script refuses by a text and approves by none, the other way round than a program. */
function approvingScript(path: string, context: OperatorContext): Approver {
  const script = scriptNamed(path, context);
  return (value, tx) => {
    const complaint = script(tx, value);
    return complaint === undefined ? '1' : `0 ${complaint}`;
  };
}
