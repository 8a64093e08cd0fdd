import { type Action, defineAction } from '../registry/action.ts';

export const xmlns: Action = defineAction({
  name: 'xmlns',
  summary: 'xmlns:prefix=uri gives XPath targets of this rule a namespace prefix.',
  kind: 'data',
  argument: 'required',
  cardinality: 'many',
  compile: (argument) => {
    const equals = argument.indexOf('=');
    if (equals < 1) throw new Error('xmlns is written as xmlns:prefix=uri');
    const prefix = argument.slice(0, equals);
    const uri = argument.slice(equals + 1);
    return (rule) => {
      rule.namespaces.set(prefix, uri);
    };
  },
});
