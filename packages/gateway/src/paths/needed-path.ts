/** A path the gate uses while it runs. */
export interface NeededPath {
  /** Absolute. */
  readonly path: string;
  /** `write`: files are made or appended to in it, or in the folder it lies in. `connect`: a socket. `run`: a program. */
  readonly use: 'read' | 'write' | 'connect' | 'run';
  /** Who names it: a key of the configuration, `rules`, `the program`, `the system`. */
  readonly why: string;
}
