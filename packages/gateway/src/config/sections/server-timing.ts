/** `Server-Timing`: where the time of a request went, for the tools of browsers. */
import { checkTrustedProxy } from '../checks.ts';
import { flag, listOf, text, type ValueType } from '../field.ts';

export const serverTimingAddresses: ValueType<readonly string[]> = listOf(
  text('IP address or network', checkTrustedProxy),
);

/** Of one route. */
export const serverTimingFlag: ValueType<boolean> = flag();
