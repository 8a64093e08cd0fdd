/** `upstreams.NAME.breaker`: when an address that fails is taken out. */
import { checkStatusRange } from '../../checks.ts';
import { choice, duration, integer, listOf, type Table, text } from '../../field.ts';

/** Passive health: what the answers to real requests tell. */
export interface BreakerConfig {
  /** 0 switches it off. */
  readonly failures: number;
  readonly window: number;
  /** Percent of the answers in the window. */
  readonly share: number;
  readonly status: readonly string[];
  readonly pause: number;
  readonly longestPause: number;
  readonly whenAllOut: 'try' | 'refuse';
}

const seconds = (count: number): number => count * 1000;

export const breaker: Table<BreakerConfig> = {
  failures: {
    type: integer(0, 10_000),
    default: 5,
    summary:
      'So many failures within `window` take an address out: no connection, no answer in time, a broken or invalid one. 0 switches this off. Each worker counts by itself: with four, up to four times as many requests fail before all of them have it out.',
  },
  window: { type: duration(), default: seconds(10), summary: 'How long a failure counts.' },
  share: {
    type: integer(0, 100),
    default: 10,
    summary: 'Percent of the requests since the first failure of the window that must have failed as well.',
  },
  status: {
    type: listOf(text('status or range such as 500-599', checkStatusRange)),
    default: [],
    summary: 'Answers that count as failures too, for example `502-504`.',
  },
  pause: {
    type: duration(),
    default: seconds(5),
    summary:
      'Time out of service; then one request of each worker that has it out is tried there. Each failed trial doubles it.',
  },
  longestPause: { type: duration(), default: seconds(60), summary: 'It is not doubled beyond this.' },
  whenAllOut: {
    type: choice('try', 'refuse'),
    default: 'try',
    summary:
      'With every address out: use them all the same, or answer 503 at once. With `refuse`, a client that knows a request the application breaks on can keep everybody out.',
  },
};
