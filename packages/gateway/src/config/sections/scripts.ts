/** `scripts`: what Lua scripts that rules run may take. */
import { duration, size, type Table } from '../field.ts';

/** Limits of the Lua scripts that rules run. */
export interface ScriptsConfig {
  readonly timeout: number;
  readonly memory: number;
}

export const scripts: Table<ScriptsConfig> = {
  timeout: {
    type: duration(),
    default: 100,
    summary: 'Time for one run; then the request is refused with 500.',
  },
  memory: { type: size(), default: 16 * 1024 * 1024, summary: 'Memory for one run; a script that wants more fails.' },
};
