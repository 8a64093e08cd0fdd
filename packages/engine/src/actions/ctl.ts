import { type Action, defineAction } from '../registry/action.ts';
import type { CtlContext } from '../registry/ctl.ts';

export const ctl: Action = defineAction({
  name: 'ctl',
  summary: 'option=value: change the engine for this transaction, for example ctl:ruleRemoveById=1234.',
  kind: 'non-disruptive',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    const equals = argument.indexOf('=');
    if (equals < 1) throw new Error('ctl is written as ctl:option=value');
    const option = context.ctlOption(argument.slice(0, equals).trim());
    const ctlContext: CtlContext = context.ctl;
    const effect = option.compile(argument.slice(equals + 1).trim(), ctlContext);
    return (rule) => {
      if (option.lastPhase !== undefined && rule.phase > option.lastPhase) {
        context.warn(`ctl:${option.name} has no effect after phase ${option.lastPhase}`);
      }
      rule.effects.push(effect);
    };
  },
});
