/** The limits of what adds up for a client besides its requests. */
import type { FloodsConfig } from '../../config/sections/floods.ts';
import type { Account } from './hit.ts';

export interface AccountLimit {
  /** The sum that leads to a ban; 0: nothing does. */
  readonly most: number;
  /** Length of the window, and of the ban, in milliseconds. */
  readonly per: number;
  readonly ban: number;
  /** The reason of the ban; `%d` stands for the sum. */
  readonly text: string;
}

export function accountLimit(account: Account, { penalties, work }: FloodsConfig): AccountLimit {
  switch (account) {
    case 'penalties': {
      const { points, per, ban } = penalties;
      return { most: points, per, ban, text: `%d penalty points in ${per / 1000} s` };
    }
    case 'work': {
      const { time, per, ban } = work;
      return { most: time, per, ban, text: `%d ms of rules in ${per / 1000} s, and ${time} may be` };
    }
  }
}
