/** The state of applications, for people and programs. */
import type { ProcessState } from './application-process.ts';

export interface ApplicationStatus {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly protocol: 'http' | 'fastcgi';
  /** Processes that ended without having been asked to. */
  readonly restarts: number;
  readonly processes: readonly {
    readonly pid: number;
    readonly state: ProcessState;
    readonly startedAt: number;
    /** Resident memory in bytes. */
    readonly rss: number;
    /** As far as known: asked every second. */
    readonly requests: number;
    readonly url?: string;
  }[];
}
