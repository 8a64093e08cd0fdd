/** A gate from start to stop: as one process, or as a supervisor with workers. */
import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.ts';
import { type SettingsSource, settingsFrom } from '../config/source.ts';
import { explainFailure } from './failure.ts';

export interface RunOptions {
  /** Reads the configuration's text, at the start and again at each reload. Throws when it cannot be read. */
  readonly readSource: () => SettingsSource;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly version: string;
}

/** What a start has to work with. */
export interface StartOptions extends RunOptions {
  readonly source: SettingsSource;
  readonly config: Config;
}

/** Resolves with the exit code when the gate has stopped, or could not start. */
export async function run(options: RunOptions): Promise<number> {
  let start: StartOptions;
  try {
    const source = options.readSource();
    start = { ...options, source, config: settingsFrom(source) };
  } catch (cause) {
    for (const line of explainFailure(cause)) options.err(line);
    return 1;
  }
  const count = start.config.workers.count ?? availableParallelism();
  // Loaded when needed: a supervisor has no use for most of what a gate is made of.
  return count === 0
    ? (await import('./in-process.ts')).runInProcess(start)
    : (await import('./supervisor.ts')).runSupervisor(start);
}
