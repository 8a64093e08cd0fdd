/** The folder of a running gate: control socket, and files its workers share. */
import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { whyNotPrivate } from '../services/private-directory.ts';

/** Name of the control socket in it. */
export const CONTROL_SOCKET = 'control.sock';

/**
 * Where it is. A gate on a port of the system's choice has no place that others could find, so it has one only where it is told
 * (`run_dir`, or `RUNTIME_DIRECTORY` by systemd).
 */
export function runDirectory(config: Config, environment: Environment = process.env): string | undefined {
  if (config.runDir !== undefined) return config.runDir;
  const given = environment['RUNTIME_DIRECTORY']?.split(':', 1)[0];
  if (given) return given;
  const [first] = config.listeners;
  if (first === undefined || first.port === 0) return undefined;
  return join(baseDirectory(environment), `${first.address.replaceAll(':', '.')}-${first.port}`);
}

function baseDirectory(environment: Environment): string {
  const user = process.getuid?.() ?? 0;
  if (user === 0) return '/run/sallyport';
  const own = environment['XDG_RUNTIME_DIR'];
  return own ? join(own, 'sallyport') : join(tmpdir(), `sallyport-${user}`);
}

/** Whether workers or applications of other users have folders of theirs in it. */
export function othersPass({ workers, applications, deployments }: Config): boolean {
  return workers.user !== undefined || applications.size + deployments.size > 0;
}

/**
 * Makes the folder. Throws with one line when it cannot be made or is not safe. Others may not write there, and look into it
 * neither; `mayPass`: they may pass through, because others have folders of theirs in it.
 */
export function makeRunDirectory(path: string, mayPass: boolean): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o755 });
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Error(`run_dir ${path} cannot be made: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
  const reason = whyNotPrivate(path);
  if (reason !== undefined) throw new Error(`run_dir ${path} is not safe: ${reason}`);
  chmodSync(path, mayPass ? 0o711 : 0o700);
}
