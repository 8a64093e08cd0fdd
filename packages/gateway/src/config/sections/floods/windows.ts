/** `floods.address`, `path`, `paths` and `principal`: how many requests in how much time. */
import { checkPath } from '../../checks.ts';
import { choice, duration, integer, type Table, text } from '../../field.ts';

/** So many requests in so many milliseconds; 0 requests: no limit. */
export interface WindowLimit {
  readonly requests: number;
  readonly per: number;
}

export interface PathLimit extends WindowLimit {
  readonly path: string;
}

export interface PrincipalLimit extends WindowLimit {
  readonly from: 'header' | 'cookie' | 'certificate';
  readonly name?: string;
}

const SECOND = 1000;
const MINUTE = 60_000;
const requests = integer(0, 1_000_000);

function windowLimit(defaultRequests: number, per: number): Table<WindowLimit> {
  return {
    requests: { type: requests, default: defaultRequests, summary: 'Requests at most; 0 means no limit.' },
    per: { type: duration(), default: per, summary: 'In any time of this length.' },
  };
}

export const address: Table<WindowLimit> = windowLimit(2000, 10 * SECOND);
export const path: Table<WindowLimit> = windowLimit(50, SECOND);

export const watchedPath: Table<PathLimit> = {
  path: { type: text('path', checkPath), summary: 'Path prefix, in whole segments.' },
  requests: {
    type: integer(1, 1_000_000),
    summary: 'Requests of one client at most, for all paths below it together.',
  },
  per: { type: duration(), default: MINUTE, summary: 'In any time of this length.' },
};

export const principal: Table<PrincipalLimit> = {
  from: {
    type: choice('header', 'cookie', 'certificate'),
    default: 'header',
    summary: 'What tells one principal from another: a request header, a cookie, or the certificate of the client.',
  },
  name: {
    type: text('name'),
    isOptional: true,
    summary: 'Name of the header or cookie. Without it principals are not counted.',
  },
  ...windowLimit(0, 10 * SECOND),
};
