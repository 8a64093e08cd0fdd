import { type Action, defineAction } from '../registry/action.ts';

export const status: Action = defineAction({
  name: 'status',
  summary: 'Status code for deny and redirect; 403 and 302 without it.',
  kind: 'data',
  argument: 'required',
  compile: (argument) => {
    const code = Number(argument);
    if (!/^\d{3}$/.test(argument) || code < 100 || code > 599) {
      throw new Error(`"${argument}" is not a status code (100-599)`);
    }
    return (rule) => {
      rule.status = code;
    };
  },
});
