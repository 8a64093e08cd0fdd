/** `floods.work`: how long the rules may be busy with the requests of one client. */
import { duration, type Table } from '../../field.ts';

/** All in milliseconds. */
export interface WorkConfig {
  readonly time: number;
  readonly per: number;
  readonly ban: number;
}

const SECOND = 1000;

export const work: Table<WorkConfig> = {
  time: {
    type: duration(),
    default: 15 * SECOND,
    summary: 'Time the rules may be busy with the requests of one address (of one /64 in IPv6); 0 means no limit.',
  },
  per: { type: duration(), default: 30 * SECOND, summary: 'In any time of this length.' },
  ban: { type: duration(), default: 30 * SECOND, summary: 'How long a client that passes the limit is refused.' },
};
