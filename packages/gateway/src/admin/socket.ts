import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Control } from './control.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import { CONTROL_SOCKET, makeRunDirectory, othersPass, runDirectory } from './run-directory.ts';
import { openAdminServer } from './server.ts';

/**
 * Opens the control socket of a gate in its run directory; gives what closes it. A folder that was not asked for and cannot be
 * had is a line in the log, and the gate runs without; one that was asked for is made before the start.
 */
export async function openControlSocket(
  config: Config,
  control: Control,
  complain: (line: string) => void,
): Promise<() => Promise<void>> {
  const folder = runDirectory(config);
  if (folder === undefined) return async () => {};
  try {
    makeRunDirectory(folder, othersPass(config));
    const server = await openAdminServer(join(folder, CONTROL_SOCKET), control, ENDPOINTS);
    return () => server.close();
  } catch (cause) {
    complain(`no control socket: ${(cause as Error).message}`);
    return async () => {};
  }
}
