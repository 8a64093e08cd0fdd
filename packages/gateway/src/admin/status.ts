/** The state of a running gate, as `GET /status` gives it and `sallyport status` shows it. Times are milliseconds since 1970. */

import type { ApplicationStatus } from '../applications/status.ts';
import type { SiteStatus } from '../deployments/scanner.ts';

export interface GateStatus {
  readonly version: string;
  readonly node: string;
  /** Of the supervisor, or of the only process. */
  readonly pid: number;
  readonly startedAt: number;
  /** Counts the configurations that were put in force, from 1. */
  readonly generation: number;
  readonly configuration: ConfigurationStatus;
  readonly listeners: readonly ListenerStatus[];
  /** Empty when the gate is one process. */
  readonly workers: readonly WorkerStatus[];
  /** Programs the gate has started. */
  readonly applications: readonly ApplicationStatus[];
  /** Folders of deployments, and what has become of them. */
  readonly sites: readonly SiteStatus[];
  /** Requests begun since the start, by workers that are gone too. */
  readonly requests: number;
  /** Requests under way. */
  readonly running: number;
  /** Workers that ended without having been asked to. */
  readonly crashes: number;
  /** Folders whose files the processes have reason to hold open: logs, temporary files, the run directory. */
  readonly folders: readonly string[];
  /** Settings in force that weaken the gate. */
  readonly unsafe: readonly string[];
}

export interface ConfigurationStatus {
  /** Undefined when flags say it all. */
  readonly file?: string;
  readonly loadedAt: number;
  /** What rules are in force. */
  readonly rules: string;
  /** Set while the last reload was refused: what runs is older than what the files say. */
  readonly stale?: { readonly since: number; readonly reasons: readonly string[] };
}

export interface ListenerStatus {
  readonly scheme: 'http' | 'https';
  readonly address: string;
  readonly port: number;
}

/** `retiring`: it accepts nothing any more and finishes what it has begun. */
export type WorkerState = 'starting' | 'serving' | 'late' | 'retiring';

export interface WorkerStatus {
  readonly pid: number;
  readonly state: WorkerState;
  readonly generation: number;
  readonly startedAt: number;
  readonly requests: number;
  readonly running: number;
  /** Resident memory in bytes. */
  readonly rss: number;
  /** Share of the last second the event loop was busy, 0 to 1. */
  readonly utilization: number;
}
