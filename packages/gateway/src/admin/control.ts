/** What endpoints of the admin API can reach: the running gate, whether it is one process or a supervisor with workers. */
import type { StandingOrders } from './standing-orders.ts';
import type { GateStatus } from './status.ts';

/** What one worker said to a question. */
export interface WorkerReply {
  readonly pid: number;
  /** As sent by the worker, which is the less trusted side: check its form before use. */
  readonly value: unknown;
}

export interface ReloadOutcome {
  /** What a start would say, or why the running configuration stays in force; one line each. */
  readonly lines: readonly string[];
  readonly isAccepted: boolean;
}

export interface Control {
  status(): GateStatus;
  /**
   * Puts a question (`queries/`) to every worker that serves, and gives the answers of those that answered within two seconds.
   * `parameters` must survive JSON.
   */
  ask(query: string, parameters?: unknown): Promise<readonly WorkerReply[]>;
  /** What workers said to the query `metrics` as they ended, those that have since the last call. */
  takeLastWords(): readonly WorkerReply[];
  /**
   * Like `ask`, for what must hold from now on: workers that start later are told too, before they serve. A later order with the
   * same `key` takes the place of the earlier one, in every worker.
   */
  order(key: string, query: string, parameters?: unknown): Promise<readonly WorkerReply[]>;
  /** Orders that outlive this gate. Workers that start later are told them, too. */
  readonly standing: StandingOrders;
  /** Reads the configuration anew, as SIGHUP does. */
  reload(): Promise<ReloadOutcome>;
  /** Opens the log files anew, as SIGUSR1 does. */
  reopenLogs(): void;
}
