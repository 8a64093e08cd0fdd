import type { LoggedExchange } from '../logged-exchange.ts';

export const TIMES: readonly string[] = ['mod_security-time1', 'mod_security-time2', 'mod_security-time3'];

/**
 * A note of an exchange (`%{NAME}n`): the three times of ModSecurity 1.x, and whatever rules have set by `setenv`, which is note and
 * variable in one here.
 */
export function noteOf(exchange: LoggedExchange, name: string): string | undefined {
  const { bodyRead, rulesDone, answerReady } = exchange.moments;
  switch (name) {
    case 'mod_security-time1':
      return bodyRead?.toString();
    case 'mod_security-time2':
      return rulesDone?.toString();
    case 'mod_security-time3':
      return answerReady?.toString();
    default:
      return exchange.environment(name);
  }
}
