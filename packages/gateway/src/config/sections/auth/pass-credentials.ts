/** A key of every provider whose credentials the application could read. */
import { flag } from '../../field.ts';

export const passCredentials = {
  type: flag(),
  default: false,
  summary: 'Send the credentials on to the application, which otherwise does not get to see them.',
} as const;
