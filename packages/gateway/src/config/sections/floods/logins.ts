/** `floods.logins`: how many logins may fail. */
import { duration, integer, type Table } from '../../field.ts';

export interface LoginLimits {
  readonly perClient: number;
  readonly perUser: number;
  readonly per: number;
  readonly ban: number;
  readonly longestHold: number;
}

const MINUTE = 60_000;
const requests = integer(0, 1_000_000);

export const logins: Table<LoginLimits> = {
  perClient: {
    type: requests,
    default: 20,
    summary: 'Failed logins of one address (of one /64 in IPv6) before it is banned; 0: any number.',
  },
  perUser: {
    type: requests,
    default: 10,
    summary:
      'Failed logins under one user name, from wherever, before further ones are held back: for a second, and twice as long with each that fails; 0: any number.',
  },
  per: { type: duration(), default: 10 * MINUTE, summary: 'In any time of this length.' },
  ban: { type: duration(), default: 10 * MINUTE, summary: 'How long an address is banned.' },
  longestHold: {
    type: duration(),
    default: 5 * MINUTE,
    summary: 'How long logins of a user are held back at most. Passwords found right before are not.',
  },
};
