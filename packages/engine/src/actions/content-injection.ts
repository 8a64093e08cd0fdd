import { type Action, defineAction } from '../registry/action.ts';

function injection(name: 'prepend' | 'append', summary: string): Action {
  return defineAction({
    name,
    summary: `${summary} Needs SecContentInjection On; up to phase 3.`,
    kind: 'non-disruptive',
    argument: 'required',
    compile: (argument, context) => {
      const text = context.macro(argument);
      return (rule) => {
        rule.injectsContent = true;
        rule.deadlines.push({ what: name, lastPhase: 3 });
        rule.effects.push((tx) => {
          if (tx.phase <= 3) tx.injection[name] = text.expand(tx);
        });
      };
    },
  });
}

export const prepend: Action = injection('prepend', 'Puts the text in front of the response body.');
export const append: Action = injection('append', 'Puts the text behind the response body.');
