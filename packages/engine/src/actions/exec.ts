import { requestEnvironment } from '../programs/request-environment.ts';
import { type Action, defineAction } from '../registry/action.ts';

export const exec: Action = defineAction({
  name: 'exec',
  summary:
    'Runs a program, which sees the request as CGI variables; rules go on when it has ended. Its output is ignored, a failure is logged.',
  kind: 'non-disruptive',
  argument: 'required',
  compile: (argument, context) => {
    const path = context.resolvePath(argument);
    if (path.toLowerCase().endsWith('.lua')) throw new Error('Lua scripts are not run; name a program');
    const { programs } = context;
    if (programs === undefined) throw new Error('exec: no programs service was given to createWaf');
    return (rule) => {
      rule.effects.push(async (tx) => {
        try {
          await programs.run(path, { arguments: [], environment: requestEnvironment(tx) });
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause);
          tx.report(1, `Failed to execute: ${path}: ${reason}`);
        }
      });
    };
  },
});
