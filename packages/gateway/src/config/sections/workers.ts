/** `workers`: how many processes serve, how long each lives, and as whom it runs. */
import { choice, duration, integer, listOf, size, type Table, text } from '../field.ts';

export interface WorkersConfig {
  /** Absent: one for each processor this process may use. 0: none, this process serves by itself. */
  readonly count?: number;
  /** Absent: as many as `count`. */
  readonly max?: number;
  readonly minSpare: number;
  readonly maxSpare: number;
  readonly maxRequests: number;
  readonly maxAge: number;
  readonly maxRss: number;
  readonly affinity: readonly string[];
  readonly user?: string;
  readonly group?: string;
  readonly confine: 'auto' | 'require' | 'off';
  readonly startTimeout: number;
  readonly stuckAfter: number;
  readonly drain: number;
}

const seconds = (count: number): number => count * 1000;

/** `3`, `0-3`, `0,2,4-7`: the notation of `taskset --cpu-list`. */
const CPU_LIST = /^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/;
const ACCOUNT = /^([a-z_][a-z0-9_-]{0,31}|\d{1,10})$/i;

const account = (what: string) =>
  text(`${what}, by name or number`, (value) => (ACCOUNT.test(value) ? undefined : `"${value}" is not a ${what}`));

export const workers: Table<WorkersConfig> = {
  count: {
    type: integer(0, 256),
    isOptional: true,
    summary:
      'Processes that serve; each loads the rules for itself. One for each processor when absent. 0: no workers, the process that was started serves by itself, and a reload happens within it.',
  },
  max: {
    type: integer(1, 256),
    isOptional: true,
    summary: 'Workers at most, when `min_spare` calls for more than `count`. `count` when absent.',
  },
  minSpare: {
    type: integer(0, 256),
    default: 1,
    summary:
      'Fewer workers than this with time to spare (event loop busy less than half of the last second): more are started, up to `max`, at a rate that doubles from 1 to 32 a second.',
  },
  maxSpare: {
    type: integer(1, 256),
    default: 2,
    summary: 'More workers than this with time to spare for half a minute: one leaves, down to `count`.',
  },
  maxRequests: {
    type: integer(0, 1_000_000_000),
    default: 0,
    summary:
      'A worker is replaced after so many requests; 0 means never. Requests are counted, not connections. Each worker draws a limit up to a tenth below, so that they do not all leave together, and its replacement is started so early that it serves by then.',
  },
  maxAge: {
    type: duration(),
    default: 0,
    summary: 'A worker is replaced after this time, less up to a tenth; 0 means never.',
  },
  maxRss: {
    type: size(),
    default: 0,
    summary: 'A worker whose resident memory is larger is replaced; 0 means never. Give it room for the rules.',
  },
  affinity: {
    type: listOf(
      text('list of processors, such as `0` or `2-3`', (value) =>
        CPU_LIST.test(value) ? undefined : `"${value}" is not a list of processors such as 0 or 2-3`,
      ),
    ),
    default: [],
    summary:
      'Processors the workers are bound to: the first worker to the first entry, and so on, in turn. Needs `taskset`; without it the gate does not start.',
  },
  user: {
    type: account('user'),
    isOptional: true,
    summary:
      'Workers become this user after configuration, rules and certificates are read. Only root can; log files must be writable for this user.',
  },
  group: {
    type: account('group'),
    isOptional: true,
    summary: "Workers get this group instead of the user's own.",
  },
  confine: {
    type: choice('auto', 'require', 'off'),
    default: 'auto',
    summary:
      'Start workers through `setpriv` (Linux): no new privileges, and an end with the supervisor even when stuck. `auto`: where it is there; `require`: do not start without it. Programs that rules run cannot gain rights by a set-user-id bit then.',
  },
  startTimeout: {
    type: duration(),
    default: seconds(60),
    summary: 'A worker that does not serve after this time counts as failed.',
  },
  stuckAfter: {
    type: duration(),
    default: seconds(5),
    summary:
      'A worker whose event loop has stood still this long is killed; what it was doing is lost. A replacement is started after a third of the time, and the log names the code it stands in. Time in which it waited for a processor does not count (Linux), but a quarter of the silence always does. 0 means never.',
  },
  drain: {
    type: duration(),
    default: seconds(600),
    summary:
      'How long a worker that has been replaced, by a reload for example, may go on with what it has begun: uploads, downloads, WebSocket and event streams. Then they are cut. A stop of the gate waits for `timeouts.drain` only.',
  },
};
