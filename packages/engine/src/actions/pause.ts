import { type Action, defineAction } from '../registry/action.ts';

export const pause: Action = defineAction({
  name: 'pause',
  summary:
    'Delay the request by this many milliseconds (at most a minute) without holding a thread, then go on as with allow.',
  kind: 'disruptive',
  group: 'disruptive',
  argument: 'required',
  compile: (argument, context) => {
    const milliseconds = context.macro(argument);
    if (milliseconds.isConstant && !/^\d{1,9}$/.test(argument)) {
      throw new Error(`"${argument}" is not a number of milliseconds`);
    }
    return (rule) => {
      rule.disruption = { kind: 'pause', milliseconds };
    };
  },
});
