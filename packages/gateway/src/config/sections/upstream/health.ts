/** `upstreams.NAME.health`: how addresses are asked whether they are well. */
import { checkPath, checkStatusRange } from '../../checks.ts';
import { duration, integer, listOf, type Table, text } from '../../field.ts';

/** Active health: what the gate asks by itself. */
export interface HealthConfig {
  readonly path: string;
  readonly host?: string;
  readonly interval: number;
  /** Percent of the interval. */
  readonly jitter: number;
  readonly timeout: number;
  readonly status: readonly string[];
  readonly healthy: number;
  readonly unhealthy: number;
}

const seconds = (count: number): number => count * 1000;

export const health: Table<HealthConfig> = {
  path: { type: text('path', checkPath), default: '/', summary: 'Asked for with GET.' },
  host: { type: text('host name'), isOptional: true, summary: 'Host header; the host of the address when absent.' },
  interval: { type: duration(), default: seconds(5), summary: 'Time between two checks. Every worker asks.' },
  jitter: {
    type: integer(0, 100),
    default: 20,
    summary: 'Percent by which the time varies, so that checks of many gates do not come at once.',
  },
  timeout: { type: duration(), default: seconds(2), summary: 'Time for a whole answer.' },
  status: {
    type: listOf(text('status or range such as 500-599', checkStatusRange)),
    default: ['200-399'],
    summary: 'Answers of a healthy application.',
  },
  healthy: { type: integer(1, 100), default: 2, summary: 'Good checks in a row that bring an address back.' },
  unhealthy: { type: integer(1, 100), default: 3, summary: 'Failed checks in a row that take it out.' },
};
