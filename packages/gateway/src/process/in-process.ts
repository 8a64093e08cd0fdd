/** A gate that is one process: it reloads within itself. */
import type { AddressInfo } from 'node:net';
import type { Control, ReloadOutcome, WorkerReply } from '../admin/control.ts';
import { carryOutAll } from '../admin/orders.ts';
import { answerQuery } from '../admin/query.ts';
import { openControlSocket } from '../admin/socket.ts';
import { openStandingOrders, type StandingOrders } from '../admin/standing-orders.ts';
import { settingsFrom } from '../config/source.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { openMetricsListener } from '../metrics/metrics-listener.ts';
import { explainFailure } from './failure.ts';
import { foldersOf } from './folders.ts';
import { ServiceNotifier } from './notify.ts';
import type { StartOptions } from './run.ts';
import { onSignals } from './signals.ts';
import { listenerStatus, listeningLine, rulesLine, unsafeSettings } from './start-lines.ts';

/** Resolves with the exit code when the gate has stopped, or could not start. */
export async function runInProcess(start: StartOptions): Promise<number> {
  const { out, err, version } = start;
  let gateway: Gateway;
  let addresses: readonly AddressInfo[];
  let standing: StandingOrders;
  try {
    standing = openStandingOrders(start.config);
    gateway = await createGateway(start.config);
    await carryOutAll(gateway, standing.all);
    addresses = await gateway.listen();
  } catch (cause) {
    for (const line of explainFailure(cause)) err(line);
    return 1;
  }
  const notifier = new ServiceNotifier(process.env, err);
  const gate = new OneProcess(start, gateway, addresses, standing);
  const closeSocket = await openControlSocket(start.config, gate, err);
  const metrics = await openMetricsListener(start.config.metrics.listen, gate, err);
  return new Promise((resolve) => {
    let isStopping = false;
    const remove = onSignals({
      reload: async () => {
        await notifier.reloading();
        await gate.reload();
        await notifier.ready('serving');
      },
      reopenLogs: () => gate.reopenLogs(),
      upgrade: () => err('an upgrade without interruption needs workers; restart this gate'),
      stop(isUrgent) {
        if (isUrgent) resolve(1);
        if (isStopping) return;
        isStopping = true;
        void notifier.stopping();
        void Promise.all([gateway.close(), closeSocket(), metrics.close()]).finally(() => {
          remove();
          resolve(0);
        });
      },
    });
    // Whoever reads these lines may send signals at once.
    out(listeningLine(version, gate.status().listeners, start.config));
    out(rulesLine(gateway.rules));
    gate.noteUnsafe();
    void notifier.ready('serving');
    void gateway.prepare();
    notifier.keepAlive(process.env, () => true);
  });
}

class OneProcess implements Control {
  readonly standing: StandingOrders;
  readonly #start: StartOptions;
  readonly #gateway: Gateway;
  readonly #addresses: readonly AddressInfo[];
  readonly #startedAt = Date.now();
  #generation = 1;
  #loadedAt = Date.now();
  #stale: { readonly since: number; readonly reasons: readonly string[] } | undefined;

  constructor(start: StartOptions, gateway: Gateway, addresses: readonly AddressInfo[], standing: StandingOrders) {
    this.standing = standing;
    this.#start = start;
    this.#gateway = gateway;
    this.#addresses = addresses;
  }

  status(): ReturnType<Control['status']> {
    const { config, activity, rules } = this.#gateway;
    const { file } = this.#start.source;
    return {
      version: this.#start.version,
      node: process.version,
      pid: process.pid,
      startedAt: this.#startedAt,
      generation: this.#generation,
      configuration: {
        ...(file !== undefined && { file }),
        loadedAt: this.#loadedAt,
        rules: rulesLine(rules),
        ...(this.#stale && { stale: this.#stale }),
      },
      listeners: listenerStatus(config, this.#addresses),
      workers: [],
      applications: [],
      sites: [],
      requests: activity.begun,
      running: activity.running,
      crashes: 0,
      folders: foldersOf(config),
      unsafe: unsafeSettings(config),
    };
  }

  async ask(query: string, parameters?: unknown): Promise<readonly WorkerReply[]> {
    return [{ pid: process.pid, value: await answerQuery(this.#gateway, query, parameters) }];
  }

  takeLastWords(): readonly WorkerReply[] {
    return [];
  }

  order(_key: string, query: string, parameters?: unknown): Promise<readonly WorkerReply[]> {
    return this.ask(query, parameters);
  }

  async reload(): Promise<ReloadOutcome> {
    const { readSource, out, err } = this.#start;
    const { logs } = this.#gateway;
    try {
      await this.#gateway.reload(settingsFrom(readSource()));
    } catch (cause) {
      const lines = explainFailure(cause);
      this.#stale = { since: this.#stale?.since ?? Date.now(), reasons: lines };
      for (const line of lines) {
        logs.error('error', 'reload', `${line}; the running configuration stays in force`);
        err(`reload refused: ${line}`);
      }
      return { isAccepted: false, lines };
    }
    this.#generation++;
    this.#loadedAt = Date.now();
    this.#stale = undefined;
    const line = rulesLine(this.#gateway.rules);
    this.#gateway.logs.error('notice', 'reload', `configuration reloaded; ${line}`);
    out(`reloaded; ${line}`);
    this.noteUnsafe();
    return { isAccepted: true, lines: [line] };
  }

  reopenLogs(): void {
    void this.#gateway.reopenLogs();
  }

  noteUnsafe(): void {
    for (const name of unsafeSettings(this.#gateway.config)) {
      const line = `unsafe setting in force: ${name}`;
      this.#gateway.logs.error('warn', 'start', line);
      this.#start.err(line);
    }
  }
}
