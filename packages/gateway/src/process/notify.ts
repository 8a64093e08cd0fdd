/**
 * Tells systemd how the service does (sd_notify). Its socket takes datagrams, which Node cannot send to a path, so the program
 * `systemd-notify` of systemd sends them; the unit needs `NotifyAccess=all`. Without `NOTIFY_SOCKET` nothing happens.
 */
import { execFile } from 'node:child_process';
import type { Environment } from '../config/environment.ts';

export class ServiceNotifier {
  readonly #isWanted: boolean;
  readonly #complain: (line: string) => void;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #hasComplained = false;

  constructor(environment: Environment, complain: (line: string) => void) {
    this.#isWanted = environment['NOTIFY_SOCKET'] !== undefined;
    this.#complain = complain;
  }

  ready(status: string): Promise<void> {
    return this.#send('READY=1', `STATUS=${status}`);
  }

  /** The time is what `Type=notify-reload` asks for. */
  reloading(): Promise<void> {
    return this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(): Promise<void> {
    clearInterval(this.#timer);
    return this.#send('STOPPING=1');
  }

  /** Another process is the service from now on. */
  handOver(pid: number): Promise<void> {
    clearInterval(this.#timer);
    return this.#send(`MAINPID=${pid}`);
  }

  /** Sends signs of life, twice in the time `WatchdogSec` gives, as long as `isAlive` says so. */
  keepAlive(environment: Environment, isAlive: () => boolean): void {
    const limit = Number(environment['WATCHDOG_USEC'] ?? 0) / 1000;
    if (!this.#isWanted || limit <= 0) return;
    this.#timer = setInterval(() => isAlive() && this.#send('WATCHDOG=1'), limit / 2);
    this.#timer.unref();
  }

  /** One after the other. Never rejects. */
  #send(...assignments: readonly string[]): Promise<void> {
    if (!this.#isWanted) return this.#last;
    this.#last = this.#last.then(
      () =>
        new Promise((resolve) => {
          execFile('systemd-notify', [`--pid=${process.pid}`, ...assignments], (error) => {
            if (error !== null && !this.#hasComplained) {
              this.#hasComplained = true;
              this.#complain(`systemd cannot be told "${assignments[0]}": ${error.message.split('\n', 1)[0]}`);
            }
            resolve();
          });
        }),
    );
    return this.#last;
  }
}
