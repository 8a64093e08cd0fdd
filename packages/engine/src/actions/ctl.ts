import { type Action, defineAction } from '../registry/action.ts';

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
    const effect = option.compile(argument.slice(equals + 1).trim(), context.ctl);
    return (rule) => {
      if (option.lastPhase !== undefined)
        rule.deadlines.push({ what: `ctl:${option.name}`, lastPhase: option.lastPhase });
      rule.effects.push(effect);
    };
  },
});
