/** What the signals of the system do to a running gate. */

export interface SignalActions {
  /** SIGHUP */
  reload(): Promise<void>;
  /** SIGUSR1 */
  reopenLogs(): void;
  /** SIGUSR2 */
  upgrade(): void;
  /** SIGTERM, SIGINT; the second one is impatient. */
  stop(isUrgent: boolean): void;
}

/** Installs the handlers; gives a function that takes them away. Reloads run one after the other. */
export function onSignals(actions: SignalActions): () => void {
  let reloading = Promise.resolve();
  let stops = 0;
  const hangUp = (): void => {
    reloading = reloading.then(() => actions.reload());
  };
  const user1 = (): void => {
    actions.reopenLogs();
  };
  const user2 = (): void => {
    actions.upgrade();
  };
  const terminate = (): void => {
    stops++;
    actions.stop(stops > 1);
  };
  process.on('SIGHUP', hangUp);
  // Node would start its debugger on SIGUSR1 if nobody listened.
  process.on('SIGUSR1', user1);
  process.on('SIGUSR2', user2);
  process.on('SIGTERM', terminate);
  process.on('SIGINT', terminate);
  return () => {
    process.off('SIGHUP', hangUp);
    process.off('SIGUSR1', user1);
    process.off('SIGUSR2', user2);
    process.off('SIGTERM', terminate);
    process.off('SIGINT', terminate);
  };
}
