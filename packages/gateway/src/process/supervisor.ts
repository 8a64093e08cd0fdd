/**
 * The process that was started, where workers serve: it binds the ports, starts and replaces workers, and never reads a byte of a
 * client. Signals go to children it has started, by their handles, and to nobody else.
 */
import type { Control, ReloadOutcome, WorkerReply } from '../admin/control.ts';
import { openControlSocket } from '../admin/socket.ts';
import { openStandingOrders, type StandingOrders } from '../admin/standing-orders.ts';
import type { GateStatus } from '../admin/status.ts';
import { type Tenancy, Tenants } from '../applications/tenants.ts';
import type { Config } from '../config/config.ts';
import { type SettingsSource, settingsFrom } from '../config/source.ts';
import type { LogLevel } from '../logs/index.ts';
import { keepTotals } from '../metrics/collect.ts';
import { openMetricsListener } from '../metrics/metrics-listener.ts';
import { explainFailure } from './failure.ts';
import { foldersOf } from './folders.ts';
import type { Generation } from './generation.ts';
import { inheritedSockets, SOCKETS_VARIABLE } from './inherited-sockets.ts';
import { Launcher } from './launch.ts';
import { ListeningSockets } from './listening-sockets.ts';
import type { Note } from './messages.ts';
import { ServiceNotifier } from './notify.ts';
import { Pool } from './pool.ts';
import type { StartOptions } from './run.ts';
import { SharedDirectory } from './shared-directory.ts';
import { onSignals } from './signals.ts';
import { listenerStatus, listeningLine, unsafeSettings } from './start-lines.ts';
import { reportTakeOver, startSuccessor } from './upgrade.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Resolves with the exit code when the gate has stopped, or could not start. */
export async function runSupervisor(start: StartOptions): Promise<number> {
  let supervisor: Supervisor;
  try {
    supervisor = new Supervisor(start);
  } catch (cause) {
    for (const line of explainFailure(cause)) start.err(line);
    return 1;
  }
  return supervisor.run();
}

class Supervisor implements Control {
  readonly standing: StandingOrders;
  readonly #start: StartOptions;
  readonly #sockets: ListeningSockets;
  readonly #notifier: ServiceNotifier;
  readonly #shared: SharedDirectory;
  readonly #pool: Pool;
  readonly #tenants: Tenants;
  readonly #startedAt = Date.now();
  #generation: Generation;
  #loadedAt = Date.now();
  #rules = '';
  #stale: { readonly since: number; readonly reasons: readonly string[] } | undefined;
  #reloading: Promise<unknown> = Promise.resolve();
  #closeSocket: () => Promise<void> = async () => {};

  /** Binds the ports. Throws with what is wrong. */
  constructor(start: StartOptions) {
    this.#start = start;
    const { source, config } = start;
    this.#notifier = new ServiceNotifier(process.env, start.err);
    const launcher = new Launcher(config.workers);
    const { sockets, isTakingOver } = inheritedSockets(config.listeners, process.env, process.pid);
    for (const name of [SOCKETS_VARIABLE, 'LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES']) delete process.env[name];
    this.#sockets = new ListeningSockets(sockets);
    const prepared = this.#sockets.prepare(config.listeners);
    prepared.keep();
    this.#shared = new SharedDirectory(config, launcher.account, isTakingOver);
    this.standing = openStandingOrders(config);
    this.#generation = { number: 1, source, config, sockets: prepared.sockets };
    this.#pool = new Pool({
      launcher,
      shared: this.#shared,
      standing: this.standing,
      say: (level, text) => this.#say(level, 'process', text),
    });
    this.#tenants = new Tenants(this.#shared.base, launcher.account, {
      say: (level, text) => this.#say(level, 'application', text),
      note: (text) => void this.#log('notice', 'application', text),
      order: async (key, query, parameters) => {
        this.#pool.order(key, { query, parameters });
        await this.#pool.askEverybody(query, parameters);
      },
      revoke: async (key, query, parameters) => {
        this.#pool.revoke(key);
        await this.#pool.askEverybody(query, parameters);
      },
      ask: (query) => this.#pool.askEverybody(query, undefined),
    });
  }

  /** Resolves with the exit code when the gate has stopped, or could not start. */
  run(): Promise<number> {
    return new Promise((resolve) => {
      const begun = this.#begin();
      this.#reloading = begun.catch(() => {});
      let isStopping = false;
      const stop = async (grace: number, code: number): Promise<void> => {
        if (isStopping) return;
        isStopping = true;
        await this.#stop(grace);
        remove();
        resolve(code);
      };
      const remove = onSignals({
        reload: async () => {
          if (!isStopping) await this.reload();
        },
        reopenLogs: () => this.reopenLogs(),
        upgrade: () => {
          if (isStopping) return;
          void this.#handOver().then((isDone) => {
            if (!isDone || isStopping) return;
            remove();
            resolve(0);
          });
        },
        stop: (isUrgent) => {
          if (isUrgent) this.#pool.kill();
          void stop(this.#generation.config.timeouts.drain, 0);
        },
      });
      begun.catch((cause) => {
        if (!isStopping) for (const line of explainFailure(cause)) this.#start.err(line);
        void stop(0, 1);
      });
    });
  }

  /** Starts the workers and says so when all serve. Rejects when the first of them cannot. */
  async #begin(): Promise<void> {
    const { config } = this.#generation;
    const tenancy = this.#tenants.prepare(config);
    const first = await this.#pool.tryOut(this.#generation, notesOn(this.#generation));
    await this.#pool.switchTo(first);
    this.#tenants.switchTo(tenancy);
    this.#tenants.settle();
    this.#rules = first.rules;
    const closeSocket = await openControlSocket(config, this, this.#start.err);
    const metrics = await openMetricsListener(config.metrics.listen, this, this.#start.err);
    const stopAsking = keepTotals(this);
    this.#closeSocket = async () => {
      stopAsking();
      await Promise.all([closeSocket(), metrics.close()]);
    };
    this.#start.out(listeningLine(this.#start.version, listenerStatus(config, this.#generation.sockets), config));
    this.#introduce(first);
    reportTakeOver();
    await this.#notifier.ready(this.#rules);
    this.#notifier.keepAlive(process.env, () => this.#pool.isServing);
  }

  /** Whether another supervisor has taken over, and the workers of this one are gone. Never rejects. */
  async #handOver(): Promise<boolean> {
    await this.#reloading;
    let pid: number;
    try {
      this.#say('notice', 'upgrade', 'a new supervisor is started');
      pid = await startSuccessor(this.#sockets.all);
    } catch (cause) {
      this.#say('error', 'upgrade', `${(cause as Error).message}; this one goes on`);
      return false;
    }
    await this.#notifier.handOver(pid);
    this.#say('notice', 'upgrade', `process ${pid} has taken over`);
    this.#sockets.close();
    await this.#pool.retire();
    await this.#tenants.close();
    await this.#closeSocket();
    return true;
  }

  async #stop(grace: number): Promise<void> {
    // Who connects from now on is refused at once; workers close their copies when they hear of it.
    this.#sockets.close();
    void this.#notifier.stopping();
    await this.#pool.stop(grace);
    await this.#tenants.close();
    await this.#closeSocket();
    this.#shared.remove();
  }

  status(): GateStatus {
    const { number, source, config, sockets } = this.#generation;
    const { workers, requests, crashes } = this.#pool.status;
    return {
      version: this.#start.version,
      node: process.version,
      pid: process.pid,
      startedAt: this.#startedAt,
      generation: number,
      configuration: {
        ...(source.file !== undefined && { file: source.file }),
        loadedAt: this.#loadedAt,
        rules: this.#rules,
        ...(this.#stale && { stale: this.#stale }),
      },
      listeners: listenerStatus(config, sockets),
      workers,
      applications: this.#tenants.status,
      sites: this.#tenants.sites,
      requests,
      running: workers.reduce((sum, one) => sum + one.running, 0),
      crashes,
      folders: [...foldersOf(config), this.#shared.path],
      unsafe: unsafeSettings(config),
    };
  }

  ask(query: string, parameters?: unknown): Promise<readonly WorkerReply[]> {
    return this.#pool.ask(query, parameters);
  }

  takeLastWords(): readonly WorkerReply[] {
    return this.#pool.takeLastWords();
  }

  order(key: string, query: string, parameters?: unknown): Promise<readonly WorkerReply[]> {
    this.#pool.order(key, { query, parameters });
    return this.#pool.ask(query, parameters);
  }

  reopenLogs(): void {
    this.#pool.reopenLogs();
  }

  /** Reloads come one after the other. */
  reload(): Promise<ReloadOutcome> {
    const outcome = this.#reloading.then(() => this.#reloadNow());
    this.#reloading = outcome;
    return outcome;
  }

  /** Never rejects. The configuration is read here and loaded by a worker on trial; only when that serves it is put in force. */
  async #reloadNow(): Promise<ReloadOutcome> {
    await this.#notifier.reloading();
    const outcome = await this.#tryReload();
    await this.#notifier.ready(
      outcome.isAccepted ? this.#rules : 'the last reload was refused; the earlier configuration serves',
    );
    return outcome;
  }

  async #tryReload(): Promise<ReloadOutcome> {
    let first: WorkerProcess;
    let tenancy: Tenancy;
    try {
      const source = this.#start.readSource();
      const config = settingsFrom(source);
      tenancy = this.#tenants.prepare(config);
      first = await this.#prepare(source, config);
    } catch (cause) {
      const lines = explainFailure(cause);
      this.#stale = { since: this.#stale?.since ?? Date.now(), reasons: lines };
      for (const line of lines) {
        this.#log('error', 'reload', `${line}; the running configuration stays in force`);
        this.#start.err(`reload refused: ${line}`);
      }
      return { isAccepted: false, lines };
    }
    this.#generation = first.generation;
    this.#loadedAt = Date.now();
    this.#rules = first.rules;
    this.#stale = undefined;
    this.#tenants.switchTo(tenancy);
    await this.#pool.switchTo(first);
    this.#tenants.settle();
    this.#log('notice', 'reload', `configuration reloaded; ${first.rules}`);
    this.#introduce(first, 'reloaded; ');
    return { isAccepted: true, lines: [first.rules] };
  }

  /** A worker that serves with the configuration as it is now. Rejects when it is bad; then nothing has changed. */
  async #prepare(source: SettingsSource, config: Config): Promise<WorkerProcess> {
    if (config.workers.count === 0) {
      throw new Error('workers.count: a gate with workers cannot become one process; restart it');
    }
    const prepared = this.#sockets.prepare(config.listeners);
    const generation: Generation = {
      number: this.#generation.number + 1,
      source,
      config,
      sockets: prepared.sockets,
    };
    try {
      const first = await this.#pool.tryOut(generation, notesOn(generation));
      prepared.keep();
      return first;
    } catch (cause) {
      prepared.giveUp();
      throw cause;
    }
  }

  #introduce(first: WorkerProcess, prefix = ''): void {
    this.#start.out(`${prefix}${first.rules}`);
    for (const { text } of notesOn(first.generation)) this.#start.err(text);
  }

  /** Tells the operator on standard error what needs attention, and the error log everything. */
  #say(level: LogLevel, module: string, text: string): void {
    const isLogged = this.#log(level, module, text);
    if (!isLogged || !['notice', 'info', 'debug'].includes(level)) this.#start.err(text);
  }

  #log(level: LogLevel, module: string, text: string): boolean {
    return this.#pool.note({ level, module, text });
  }
}

/** Settings that weaken the gate, for the error log. */
function notesOn({ config }: Generation): readonly Note[] {
  return unsafeSettings(config).map((name) => ({
    level: 'warn',
    module: 'start',
    text: `unsafe setting in force: ${name}`,
  }));
}
