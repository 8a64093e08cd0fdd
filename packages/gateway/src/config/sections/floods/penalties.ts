/** `floods.penalties`: points for answers that decent clients seldom get. */
import { duration, integer, mapOf, type Table } from '../../field.ts';

export interface PenaltiesConfig {
  readonly points: number;
  readonly per: number;
  readonly ban: number;
  readonly refused: number;
  readonly status: ReadonlyMap<string, number>;
}

const MINUTE = 60_000;
const requests = integer(0, 1_000_000);

export const penalties: Table<PenaltiesConfig> = {
  points: {
    type: requests,
    default: 0,
    summary: 'Points at which a client is banned; 0: nobody is, and none are counted.',
  },
  per: { type: duration(), default: 10 * MINUTE, summary: 'Points count for this long.' },
  ban: { type: duration(), default: 10 * MINUTE, summary: 'How long.' },
  refused: { type: integer(0, 10_000), default: 5, summary: 'Points for a request that a rule refuses.' },
  status: {
    type: mapOf(integer(0, 10_000)),
    default: new Map([
      ['400', 1],
      ['401', 2],
      ['403', 2],
      ['404', 1],
      ['408', 2],
    ]),
    summary: 'Points for answers, by status. 499 is a client that left.',
  },
};
