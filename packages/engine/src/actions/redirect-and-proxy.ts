import { type Action, defineAction } from '../registry/action.ts';
import { constantText } from '../registry/macro.ts';

export const redirect: Action = defineAction({
  name: 'redirect',
  summary: 'Answer with a redirection to the URL; status 301, 302, 303, 307 or 308 from status, else 302.',
  kind: 'disruptive',
  group: 'disruptive',
  argument: 'required',
  compile: (argument, context) => {
    const url = context.macro(argument);
    return (rule) => {
      rule.disruption = { kind: 'redirect', url };
    };
  },
});

export const proxy: Action = defineAction({
  name: 'proxy',
  summary: 'Hand the request to another backend; phases 1 and 2 only. The URL is taken as it stands.',
  kind: 'disruptive',
  group: 'disruptive',
  argument: 'required',
  compile: (argument) => {
    // Apache's way to pass the path on untouched, which is what always happens here.
    const url = constantText(argument.startsWith('[nocanon]') ? argument.slice('[nocanon]'.length) : argument);
    return (rule) => {
      rule.disruption = { kind: 'proxy', url };
    };
  },
});
