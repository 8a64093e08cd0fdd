import type { Config } from '../config/config.ts';
import type { SettingsSource } from '../config/source.ts';
import type { ListeningSocket } from './listening-sockets.ts';

/** A configuration in force, or about to be: every worker belongs to one. */
export interface Generation {
  /** From 1. */
  readonly number: number;
  /** What was read when it was put in force. Later workers get this, whatever the file says by then. */
  readonly source: SettingsSource;
  readonly config: Config;
  /** One for each listener, in the order of the configuration. */
  readonly sockets: readonly ListeningSocket[];
}
