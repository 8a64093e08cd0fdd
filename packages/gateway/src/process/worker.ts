/** A worker from start to end: it serves on sockets it has inherited, and does what the supervisor says. */
import { flushCompileCache } from 'node:module';
import { performance } from 'node:perf_hooks';
import { carryOutAll } from '../admin/orders.ts';
import { answerQuery } from '../admin/query.ts';
import { AfterReading } from '../after-reading.ts';
import { RememberedFiles } from '../config/configuration-files.ts';
import { settingsFrom } from '../config/source.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { Activity } from './activity.ts';
import { explainFailure } from './failure.ts';
import { isAlmostOver } from './lifetime.ts';
import { guardLoop } from './loop-guard.ts';
import { BEAT_EVERY, type FromWorker, fitted, type StartMessage, type ToWorker } from './messages.ts';
import { rulesLine } from './start-lines.ts';
import { checkWritable } from './writable.ts';

/** Characters of an error that the log names when a worker ends by it. */
const LONGEST_REASON = 300;

/** Resolves with the exit code when the worker has ended. */
export function runWorker(complain: (line: string) => void): Promise<number> {
  if (process.send === undefined) {
    complain('sallyport worker is started by sallyport run');
    return Promise.resolve(2);
  }
  // Signals for the whole group or service reach workers as well; the supervisor says what they mean. Node would end on the
  // first three, and open a debugger on SIGUSR1.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGUSR1'] as const) process.on(signal, () => {});
  // Node ends the process after this, and writes the stack to standard error: nobody knows what such a worker would do next.
  process.on('uncaughtExceptionMonitor', (error: unknown, origin) => {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    tell({ type: 'failed', lines: [`${origin}: ${said.slice(0, LONGEST_REASON)}`] });
  });
  return new Promise((resolve) => {
    const worker = new Worker(resolve);
    process.on('message', (message) => worker.hear(message as ToWorker));
    // The supervisor is gone; nobody would end this process later.
    process.on('disconnect', () => resolve(1));
    process.on('SIGTERM', () => tell({ type: 'due', reason: 'it was told to end by SIGTERM' }));
  });
}

class Worker {
  readonly #end: (code: number) => void;
  readonly #activity = new Activity();
  #gateway: Gateway | undefined;
  #retired: Promise<void> | undefined;
  /** For its replacement, which comes once. */
  #hasAsked = false;

  constructor(end: (code: number) => void) {
    this.#end = end;
  }

  hear(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        void this.#start(message);
        return;
      case 'retire':
        void this.#retire();
        return;
      case 'stop':
        void this.#stop(message.grace);
        return;
      case 'reopen':
        void this.#gateway?.reopenLogs();
        return;
      case 'note':
        this.#gateway?.logs.error(message.level, message.module, message.text);
        return;
      case 'ask':
        void this.#answer(message.id, message.query, message.parameters);
    }
  }

  async #start(message: StartMessage): Promise<void> {
    try {
      const config = settingsFrom(message.source);
      checkWritable(config);
      const { found, othersServe } = message;
      const files = {
        rules: new RememberedFiles(found?.rules),
        certificates: new RememberedFiles(found?.certificates),
      };
      const gateway = await createGateway(config, this.#activity, message.sharedDirectory, files);
      await carryOutAll(gateway, message.orders);
      const { maxRequests } = message;
      if (maxRequests > 0) this.#activity.whenBegun(maxRequests, () => this.#askForReplacement());
      // Its first request would hold up all that come with it, and others take them meanwhile.
      if (othersServe) await gateway.prepare();
      await gateway.listen(message.descriptors);
      if (found === undefined) {
        tell({ type: 'found', files: { rules: files.rules.found, certificates: files.certificates.found } });
      }
      this.#gateway = gateway;
      for (const { level, module, text } of message.notes) gateway.logs.error(level, module, text);
      if (config.workers.stuckAfter > 0) guardLoop(config.workers.stuckAfter / 3);
      this.#beat(maxRequests);
      tell({ type: 'serving', rules: rulesLine(gateway.rules), warnings: gateway.rules.warnings });
      if (!othersServe) await gateway.prepare();
      // Now, because Node would do it at the end, when somebody waits for that.
      flushCompileCache();
    } catch (cause) {
      const lines = explainFailure(cause);
      tell({ type: 'failed', lines }, () => this.#end(1));
    }
  }

  /** `maxRequests`: 0 is no limit. */
  #beat(maxRequests: number): void {
    // Since the process began: as long as a replacement will take.
    const startTime = performance.now();
    let last = performance.eventLoopUtilization();
    let rss = 0;
    let begunBefore = 0;
    let beatAt = startTime;
    const timer = setInterval(() => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      const { begun, running } = this.#activity;
      rss = residentMemory() ?? rss;
      tell({ type: 'beat', begun, running, rss, utilization });
      const at = performance.now();
      const perSecond = ((begun - begunBefore) * 1000) / (at - beatAt);
      begunBefore = begun;
      beatAt = at;
      if (isAlmostOver(maxRequests, begun, perSecond, startTime)) this.#askForReplacement();
    }, BEAT_EVERY);
    timer.unref();
  }

  #askForReplacement(): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    tell({ type: 'due', reason: `it has served ${this.#activity.begun} requests` });
  }

  async #retire(): Promise<void> {
    const gateway = this.#gateway;
    if (gateway === undefined || this.#retired !== undefined) return;
    this.#retired = gateway.retire();
    await this.#retired;
    await this.#stop(0);
  }

  async #stop(grace: number): Promise<void> {
    const gateway = this.#gateway;
    await allRead();
    await gateway?.close(grace);
    tell({ type: 'counted', value: gateway?.metrics() }, () => this.#end(0));
  }

  async #answer(id: number, query: string, parameters: unknown): Promise<void> {
    const gateway = this.#gateway;
    tell({ type: 'answer', id, value: gateway && (await answerQuery(gateway, query, parameters)) });
  }
}

/**
 * Resolves when clients that had come by now are accepted and read. A worker that was busy hears of its end before it hears of them, and
 * closing the last copy of a listener would reset their connections. One that retires leaves its own at once: others have it, too.
 */
function allRead(): Promise<void> {
  return new Promise((resolve) => new AfterReading<undefined>(() => resolve()).add(undefined));
}

/** A supervisor that is gone hears nothing, and this process is about to end. */
function tell(message: FromWorker, done: () => void = () => {}): void {
  process.send?.(fitted(message), undefined, undefined, done);
}

/** Bytes; undefined when it cannot be told: on Linux it is read from a file, and descriptors may have run out. */
function residentMemory(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}
