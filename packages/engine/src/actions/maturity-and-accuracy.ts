import { type Action, defineAction } from '../registry/action.ts';

export const maturity: Action = defineAction({
  name: 'maturity',
  summary: 'How well tried the rule is, 1-9 by convention.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument) => {
    const value = wholeNumber(argument);
    return (rule) => {
      rule.maturity = value;
    };
  },
});

export const accuracy: Action = defineAction({
  name: 'accuracy',
  summary: 'How rarely the rule is wrong, 1-9 by convention.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument) => {
    const value = wholeNumber(argument);
    return (rule) => {
      rule.accuracy = value;
    };
  },
});

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`"${text}" is not a whole number`);
  return Number(text);
}
