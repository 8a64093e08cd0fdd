import type { Phase } from '../contract.ts';
import { type Action, defineAction } from '../registry/action.ts';

const names: ReadonlyMap<string, Phase> = new Map(Object.entries<Phase>({ request: 2, response: 4, logging: 5 }));

/** The phase a word or number names; undefined when it names none. */
export function phaseNamed(text: string): Phase | undefined {
  const named = names.get(text.toLowerCase());
  if (named !== undefined) return named;
  return /^[1-5]$/.test(text) ? (Number(text) as Phase) : undefined;
}

export const phase: Action = defineAction({
  name: 'phase',
  summary: '1 to 5, or request (2), response (4), logging (5): when the rule runs.',
  kind: 'metadata',
  argument: 'required',
  inDefault: true,
  compile: (argument) => {
    const number = phaseNamed(argument);
    if (number === undefined) {
      throw new Error(`"${argument}" is not a phase (1 to 5, request, response or logging)`);
    }
    return (rule) => {
      rule.phase = number;
    };
  },
});
