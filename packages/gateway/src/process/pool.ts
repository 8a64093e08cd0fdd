/** The workers of a gate: as many as wanted, of the generation in force, each replaced before it leaves. */
import { availableParallelism } from 'node:os';
import type { WorkerReply } from '../admin/control.ts';
import type { Order } from '../admin/orders.ts';
import type { StandingOrders } from '../admin/standing-orders.ts';
import type { WorkerStatus } from '../admin/status.ts';
import type { LogLevel } from '../logs/index.ts';
import { CrashAlarm } from './crash-alarm.ts';
import type { Generation } from './generation.ts';
import type { Launcher } from './launch.ts';
import { whyDue } from './lifetime.ts';
import type { FoundFiles, Note } from './messages.ts';
import type { SharedDirectory } from './shared-directory.ts';
import { Slot } from './slot.ts';
import { Spare } from './spare.ts';
import { SpawnRate } from './spawn-rate.ts';
import { judge } from './watchdog.ts';
import { WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  readonly launcher: Launcher;
  readonly shared: SharedDirectory;
  readonly standing: StandingOrders;
  /** A line for the operator. */
  readonly say: (level: LogLevel, text: string) => void;
}

/** How often the workers are looked at, in milliseconds. */
const LOOK_EVERY = 250;
/** Workers that finish what they have begun, for each that serves; with more the oldest is cut. */
const RETIRING_PER_SLOT = 4;

/** Lines for the error log that are kept while no worker serves. */
const MOST_UNWRITTEN = 100;

export class Pool {
  readonly #options: PoolOptions;
  readonly #slots: Slot<WorkerProcess>[] = [];
  readonly #retiring: WorkerProcess[] = [];
  /** Workers of a generation that is not in force yet. */
  readonly #onTrial = new Map<WorkerProcess, (isServing: boolean) => void>();
  readonly #orders = new Map<string, { readonly order: Order; readonly number: number }>();
  /** Orders given so far, and how many of them each worker that is starting was told at its start. */
  #ordersGiven = 0;
  readonly #ordersKnown = new WeakMap<WorkerProcess, number>();
  readonly #spare = new Spare();
  readonly #alarm = new CrashAlarm();
  /** Lines nobody was there to write. */
  readonly #unwritten: Note[] = [];
  #rate = new SpawnRate();
  #generation: Generation | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #requestsOfGone = 0;
  #crashes = 0;
  readonly #lastWords = new Map<number, unknown>();
  /** Files of a generation, as its first worker has read them: others must mean the same. */
  readonly #found = new WeakMap<Generation, FoundFiles>();
  #onChange: () => void = () => {};

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get workers(): readonly WorkerProcess[] {
    return [...this.#slots.flatMap((slot) => slot.workers), ...this.#onTrial.keys(), ...this.#retiring];
  }

  get #serving(): readonly WorkerProcess[] {
    return this.#slots.flatMap(({ serving }) => (serving === undefined || serving.state === 'ended' ? [] : [serving]));
  }

  get status(): { readonly workers: readonly WorkerStatus[]; readonly requests: number; readonly crashes: number } {
    const workers = this.workers.map((one) => one.status);
    const requests = workers.reduce((sum, one) => sum + one.requests, this.#requestsOfGone);
    return { workers, requests, crashes: this.#crashes };
  }

  /** Starts one worker of a generation. Resolves when it serves; rejects with what is wrong, one line each. */
  async tryOut(generation: Generation, notes: readonly Note[]): Promise<WorkerProcess> {
    const worker = this.#start(generation, 0, notes);
    const isServing = await new Promise<boolean>((resolve) => this.#onTrial.set(worker, resolve));
    if (!isServing) throw new Error(worker.failure.join('\n'));
    return worker;
  }

  /** Puts the generation of a worker that serves in force. Resolves when it has replaced all others, or could not. */
  async switchTo(first: WorkerProcess): Promise<void> {
    const isFirstEver = this.#generation === undefined;
    this.#generation = first.generation;
    this.#resize(this.#wanted);
    this.#onTrial.delete(first);
    this.#slots[0]?.adopt(first);
    const waiting = this.#slots.slice(1);
    if (isFirstEver) for (const slot of waiting.splice(0)) slot.bring();
    this.#rate = new SpawnRate();
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY);
    const others = this.#slots.slice(1);
    await new Promise<void>((resolve) => {
      this.#onChange = () => {
        const count = this.#rate.take(waiting.length, performance.now());
        for (const slot of waiting.splice(0, count)) slot.bringAnew();
        if (waiting.length === 0 && others.every((slot) => !slot.isReplacing)) resolve();
      };
      this.#onChange();
    });
    this.#onChange = () => {};
  }

  async ask(query: string, parameters: unknown): Promise<readonly WorkerReply[]> {
    return askAll(this.#serving, query, parameters);
  }

  /** What workers have counted that have ended since the last call. */
  takeLastWords(): readonly WorkerReply[] {
    const taken = [...this.#lastWords].map(([pid, value]) => ({ pid, value }));
    this.#lastWords.clear();
    return taken;
  }

  /** Asks those too that finish what they have begun. */
  askEverybody(query: string, parameters: unknown): Promise<readonly WorkerReply[]> {
    return askAll(
      this.workers.filter((one) => one.state !== 'starting'),
      query,
      parameters,
    );
  }

  /** Workers to come are told; those that are there are not. */
  order(key: string, order: Order): void {
    this.#ordersGiven++;
    this.#orders.set(key, { order, number: this.#ordersGiven });
  }

  /** Workers to come are not told any more. */
  revoke(key: string): void {
    this.#orders.delete(key);
  }

  reopenLogs(): void {
    for (const worker of this.workers) worker.reopenLogs();
  }

  /**
   * Writes a line to the error log, by a worker: this process opens no log. Whether there is one to do it; otherwise the next one
   * does, as what is told then is mostly why there is none.
   */
  note(note: Note): boolean {
    const [worker] = this.#serving;
    worker?.note(note);
    if (worker === undefined && this.#unwritten.push(note) > MOST_UNWRITTEN) this.#unwritten.shift();
    return worker !== undefined;
  }

  /** Ends every worker; running requests have `grace` milliseconds. Resolves when all are gone. */
  async stop(grace: number): Promise<void> {
    clearInterval(this.#timer);
    for (const worker of this.workers) worker.stop(grace);
    this.#retiring.push(...this.#slots.splice(0).flatMap((slot) => slot.workers), ...this.#onTrial.keys());
    this.#onTrial.clear();
    await this.#untilGone();
  }

  /** Lets every worker finish what it has begun, within the limit for workers that are replaced. Resolves when all are gone. */
  async retire(): Promise<void> {
    clearInterval(this.#timer);
    for (const slot of this.#slots.splice(0)) slot.close();
    await this.#untilGone();
  }

  /** Whether anybody serves. */
  get isServing(): boolean {
    return this.#serving.length > 0;
  }

  /** Ends every worker at once. */
  kill(): void {
    for (const worker of this.workers) worker.kill();
  }

  async #untilGone(): Promise<void> {
    while (this.#retiring.length > 0) await new Promise<void>((resolve) => (this.#onChange = resolve));
  }

  get #wanted(): number {
    return this.#generation?.config.workers.count ?? availableParallelism();
  }

  #resize(count: number): void {
    for (const slot of this.#slots.splice(count)) slot.close();
    while (this.#slots.length < count) this.#slots.push(this.#newSlot(this.#slots.length));
  }

  #newSlot(at: number): Slot<WorkerProcess> {
    return new Slot({
      kind: 'worker',
      start: () => this.#start(this.#generation as Generation, at, []),
      retire: (worker) => this.#retire(worker),
      say: (text) => this.#options.say('error', text),
    });
  }

  #start(generation: Generation, at: number, notes: readonly Note[]): WorkerProcess {
    const worker = new WorkerProcess({
      launch: this.#options.launcher.command(at),
      generation,
      shared: this.#options.shared,
      notes,
      found: this.#found.get(generation),
      othersServe: this.isServing,
      orders: [
        ...this.#options.standing.all.filter(({ key }) => !this.#orders.has(key)),
        ...[...this.#orders.values()].map(({ order }) => order),
      ],
      events: {
        onServing: (worker) => this.#onServing(worker),
        onFound: ({ generation: of }, files) => void this.#found.set(of, files),
        onDue: (worker, reason) => this.#onDue(worker, reason),
        onCounted: ({ pid }, value) => void this.#lastWords.set(pid, value),
        onExit: (worker) => this.#onExit(worker),
      },
    });
    this.#ordersKnown.set(worker, this.#ordersGiven);
    return worker;
  }

  #retire(worker: WorkerProcess): void {
    if (worker.state === 'ended') return;
    worker.retire(worker.generation.config.workers.drain);
    this.#retiring.push(worker);
    const [oldest] = this.#retiring;
    if (this.#retiring.length > RETIRING_PER_SLOT * Math.max(1, this.#slots.length)) oldest?.cut();
  }

  #onServing(worker: WorkerProcess): void {
    // What was ordered while it was starting it has not heard.
    const known = this.#ordersKnown.get(worker) ?? 0;
    for (const { order, number } of this.#orders.values())
      if (number > known) void worker.ask(order.query, order.parameters);
    this.#onTrial.get(worker)?.(true);
    for (const slot of this.#slots) slot.onServing(worker);
    for (const note of this.#unwritten.splice(0)) worker.note(note);
    this.#onChange();
  }

  #onDue(worker: WorkerProcess, reason: string): void {
    const slot = this.#slots.find((one) => one.serving === worker);
    if (slot === undefined || slot.isReplacing) return;
    this.#options.say('notice', `worker ${worker.pid} is replaced: ${reason}`);
    slot.bring();
  }

  #onExit(worker: WorkerProcess): void {
    this.#requestsOfGone += worker.beat.begun;
    const isCrash = worker.endedUnasked && worker.servedFor > 0;
    if (isCrash) {
      this.#crashes++;
      const lost = worker.beat.running === 0 ? 'no request was' : `about ${worker.beat.running} requests were`;
      const [reason] = worker.lastWords;
      const because = reason === undefined ? '' : ` (${printable(reason)})`;
      this.#options.say('crit', `worker ${worker.pid} ended by ${worker.ending}${because}; ${lost} under way`);
    }
    if (worker.endedUnasked && !this.#onTrial.has(worker)) this.#raiseAlarm();
    this.#onTrial.get(worker)?.(false);
    this.#onTrial.delete(worker);
    const at = this.#retiring.indexOf(worker);
    if (at >= 0) this.#retiring.splice(at, 1);
    for (const slot of this.#slots) slot.onExit(worker);
    this.#onChange();
  }

  #raiseAlarm(): void {
    const alarm = this.#alarm.note(performance.now());
    if (alarm !== undefined) this.#options.say('alert', alarm);
  }

  #look(): void {
    const now = performance.now();
    // When this process was held up itself, or the whole machine, silence tells nothing about the workers.
    const wasHeldUp = now - this.#lookedAt > 4 * LOOK_EVERY;
    this.#lookedAt = now;
    for (const worker of this.#retiring) {
      if (wasHeldUp) worker.forgiveSilence();
      this.#watch(worker);
    }
    for (const slot of this.#slots) {
      const worker = slot.serving;
      if (worker === undefined) continue;
      if (wasHeldUp) worker.forgiveSilence();
      this.#watch(worker, slot);
      const reason = whyDue(worker.lifetime, worker.age, worker.beat.rss);
      if (reason !== undefined) this.#onDue(worker, reason);
    }
    this.#adjustSize(now);
    this.#onChange();
  }

  #watch(worker: WorkerProcess, slot?: Slot<WorkerProcess>): void {
    const { stuckAfter } = worker.generation.config.workers;
    const silence = Math.round(worker.silentFor);
    switch (judge(silence, stuckAfter)) {
      case 'fine':
        return;
      case 'late':
        if (slot === undefined || worker.state !== 'serving') return;
        worker.markLate();
        this.#options.say(
          'warn',
          `worker ${worker.pid} has shown no sign of life for ${silence} ms; another one is started`,
        );
        slot.bring();
        return;
      case 'stuck':
        this.#crashes++;
        this.#options.say(
          'crit',
          `worker ${worker.pid} is killed: no sign of life for ${silence} ms; about ${worker.beat.running} requests were under way`,
        );
        worker.kill();
        this.#raiseAlarm();
    }
  }

  #adjustSize(now: number): void {
    const workers = this.#generation?.config.workers;
    const max = workers?.max ?? this.#wanted;
    if (workers === undefined || max <= this.#wanted) return;
    const busy = this.#serving.map((worker) => worker.beat.utilization);
    switch (this.#spare.judge(busy, workers, now)) {
      case 'more': {
        const count = this.#rate.take(max - this.#slots.length, now);
        for (let added = 0; added < count; added++) {
          const slot = this.#newSlot(this.#slots.length);
          this.#slots.push(slot);
          slot.bring();
        }
        return;
      }
      case 'fewer':
        if (this.#slots.length > this.#wanted) this.#slots.pop()?.close();
        return;
      case 'enough':
    }
  }
}

/** What a worker says may hold bytes of a client, and nothing of those may end a line. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

async function askAll(
  workers: readonly WorkerProcess[],
  query: string,
  parameters: unknown,
): Promise<readonly WorkerReply[]> {
  const replies = await Promise.all(workers.map((worker) => worker.ask(query, parameters)));
  return replies.filter((one) => one !== undefined);
}
