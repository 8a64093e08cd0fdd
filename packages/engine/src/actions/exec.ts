import { requestEnvironment } from '../programs/request-environment.ts';
import { isScriptName, scriptNamed } from '../programs/scripts.ts';
import { type Action, type ActionContext, defineAction } from '../registry/action.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

export const exec: Action = defineAction({
  name: 'exec',
  summary:
    'Runs a program, which sees the request as CGI variables; rules go on when it has ended. Its output is ignored, a failure is logged.',
  kind: 'non-disruptive',
  argument: 'required',
  compile: (argument, context) => {
    const path = context.resolvePath(argument);
    const run = isScriptName(path) ? scriptNamed(argument, context) : programAt(path, context);
    const fail = (tx: TransactionState, cause: unknown): void => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      tx.report(1, `Failed to execute: ${path}: ${reason}`);
    };
    return (rule) => {
      rule.effects.push((tx) => {
        try {
          const running = run(tx);
          if (running instanceof Promise) return running.then(() => {}).catch((cause: unknown) => fail(tx, cause));
        } catch (cause) {
          fail(tx, cause);
        }
        return undefined;
      });
    };
  },
});

function programAt(path: string, { programs }: ActionContext): (tx: TransactionState) => Promise<string> {
  if (programs === undefined) throw new Error('exec: no programs service was given to createWaf');
  return (tx) => programs.run(path, { arguments: [], environment: requestEnvironment(tx) });
}
