/** One worker as the supervisor sees it: a child it has started, what the child last said, and the ways to end it. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { WorkerReply } from '../admin/control.ts';
import type { Order } from '../admin/orders.ts';
import type { WorkerState, WorkerStatus } from '../admin/status.ts';
import type { Generation } from './generation.ts';
import type { Launch } from './launch.ts';
import { drawLifetime, type Lifetime } from './lifetime.ts';
import type { ListeningSocket } from './listening-sockets.ts';
import {
  BEAT_EVERY,
  type Beat,
  type FoundFiles,
  type Note,
  readFromWorker,
  type StartMessage,
  type ToWorker,
} from './messages.ts';
import { type ProcessorTimes, processorTimes } from './processor-times.ts';
import type { SharedDirectory } from './shared-directory.ts';
import { ownSilence } from './watchdog.ts';

export interface WorkerEvents {
  onServing(worker: WorkerProcess): void;
  /** It has read the files of its configuration, and nobody outside has spoken to it yet. */
  onFound(worker: WorkerProcess, files: FoundFiles): void;
  /** It asks to be replaced. */
  onDue(worker: WorkerProcess, reason: string): void;
  /** It is about to end, and says what it has counted. */
  onCounted(worker: WorkerProcess, value: unknown): void;
  /** It has ended, for whatever reason. */
  onExit(worker: WorkerProcess): void;
}

export interface WorkerOptions {
  readonly launch: Launch;
  readonly generation: Generation;
  readonly shared: SharedDirectory;
  readonly notes: readonly Note[];
  readonly orders: readonly Order[];
  /** Files as another worker of the generation has found them. */
  readonly found: FoundFiles | undefined;
  /** Whether other workers serve while this one starts. */
  readonly othersServe: boolean;
  readonly events: WorkerEvents;
}

/** Descriptors 0 to 2 are the standard ones, 3 is the channel, sockets follow. */
const FIRST_SOCKET = 4;
/** Time for an answer to a question, in milliseconds. */
const TIME_TO_ANSWER = 2000;
/** Time from being cut to being killed, in milliseconds. */
const TIME_TO_END = 3000;
const NO_BEAT: Beat = { begun: 0, running: 0, rss: 0, utilization: 0 };

export class WorkerProcess {
  readonly generation: Generation;
  readonly lifetime: Lifetime;
  readonly startedAt: number = Date.now();
  readonly #child: ChildProcess;
  /** Monotonic: the clock of the system may jump. */
  readonly #bornAt = performance.now();
  readonly #events: WorkerEvents;
  readonly #questions = new Map<number, (value: unknown) => void>();
  readonly #startTimer: NodeJS.Timeout;
  #killTimer: NodeJS.Timeout | undefined;
  #lastQuestion = 0;
  #state: WorkerState | 'ended' = 'starting';
  #servingSince: number | undefined;
  #beat = NO_BEAT;
  #beatAt = performance.now();
  /** What it had had of the processors by then. */
  #atBeat: ProcessorTimes = { ran: 0, waited: 0, isReady: false };
  #rules = '';
  #warnings: readonly string[] = [];
  #failure: readonly string[] | undefined;
  #ending = '';
  #wasKilled = false;
  #isKilled = false;
  #isUnasked = true;

  /** Starts the child. Never throws: a child that cannot be started ends at once. */
  constructor({ launch, generation, shared, notes, orders, found, othersServe, events }: WorkerOptions) {
    this.generation = generation;
    this.lifetime = drawLifetime(generation.config.workers);
    this.#events = events;
    this.#child = spawn(launch.program, launch.words, {
      ...launch.identity,
      // A start takes less than half of the processor time with code that is compiled already.
      env: { ...(shared.codeCache !== undefined && { NODE_COMPILE_CACHE: shared.codeCache }), ...process.env },
      stdio: [
        'ignore',
        'inherit',
        'inherit',
        'ipc',
        ...generation.sockets.map((one: ListeningSocket) => one.descriptor),
      ],
    });
    this.#child.on('message', (message) => this.#hear(message));
    this.#child.once('error', (error) => this.#ended(`it cannot be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => {
      this.#wasKilled = signal === 'SIGKILL';
      this.#ended(signal === null ? `exit code ${code}` : signal);
    });
    const start: StartMessage = {
      type: 'start',
      source: generation.source,
      descriptors: generation.sockets.map((_, at) => FIRST_SOCKET + at),
      maxRequests: this.lifetime.requests,
      sharedDirectory: shared.path,
      notes,
      orders,
      othersServe,
      ...(found && { found }),
    };
    this.#tell(start);
    const { startTimeout } = generation.config.workers;
    this.#startTimer = setTimeout(() => {
      this.#failure = [`the worker did not serve within ${startTimeout} ms`];
      this.kill();
    }, startTimeout);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get state(): WorkerState | 'ended' {
    return this.#state;
  }

  /** Milliseconds since it was started. */
  get age(): number {
    return performance.now() - this.#bornAt;
  }

  /** Milliseconds it has served. */
  get servedFor(): number {
    return this.#servingSince === undefined ? 0 : performance.now() - this.#servingSince;
  }

  /** Milliseconds since its last sign of life, but for those in which it waited for a processor (`ownSilence`). */
  get silentFor(): number {
    // It is dying, which takes its time on a busy machine, and is killed and counted once.
    if (this.#isKilled) return 0;
    const silence = performance.now() - this.#beatAt;
    return silence < BEAT_EVERY * 2 ? silence : ownSilence(silence, this.#atBeat, processorTimes(this.pid));
  }

  get beat(): Beat {
    return this.#beat;
  }

  get rules(): string {
    return this.#rules;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Why it did not come to serve, one line each. */
  get failure(): readonly string[] {
    return this.#failure ?? [`the worker ended before it served: ${this.#ending}`];
  }

  /** What it said of itself before it ended, if anything. */
  get lastWords(): readonly string[] {
    return this.#failure ?? [];
  }

  /** How it ended: a signal or an exit code. */
  get ending(): string {
    return this.#ending;
  }

  /** It ended although nobody here had asked for it. */
  get endedUnasked(): boolean {
    return this.#isUnasked;
  }

  /** Somebody else has killed it: no fault of its own. */
  get wasKilledFromOutside(): boolean {
    return this.#wasKilled && this.#isUnasked;
  }

  get status(): WorkerStatus {
    return {
      pid: this.pid,
      state: this.#state === 'ended' ? 'retiring' : this.#state,
      generation: this.generation.number,
      startedAt: this.startedAt,
      requests: this.#beat.begun,
      running: this.#beat.running,
      rss: this.#beat.rss,
      utilization: this.#beat.utilization,
    };
  }

  /** A silence begins anew: there was a sign of life, or none could be heard. */
  forgiveSilence(): void {
    this.#beatAt = performance.now();
    this.#atBeat = processorTimes(this.pid);
  }

  markLate(): void {
    if (this.#state === 'serving') this.#state = 'late';
  }

  /** Lets it finish what it has begun; after `limit` milliseconds that is cut. */
  retire(limit: number): void {
    this.#isUnasked = false;
    if (this.#state === 'starting') {
      this.kill();
      return;
    }
    if (this.#state === 'retiring' || this.#state === 'ended') return;
    this.#state = 'retiring';
    this.#tell({ type: 'retire' });
    this.#killTimer = setTimeout(() => this.cut(), limit);
  }

  /** Ends it; running requests have `grace` milliseconds. */
  stop(grace: number): void {
    this.#isUnasked = false;
    if (this.#state === 'starting') {
      this.kill();
      return;
    }
    this.#state = 'retiring';
    this.#tell({ type: 'stop', grace });
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.kill(), grace + TIME_TO_END);
  }

  /** Cuts what it has not finished. */
  cut(): void {
    this.stop(0);
  }

  /** The handle is of a child of ours that has not been waited for, so the signal cannot reach anybody else. */
  kill(): void {
    this.#isUnasked = false;
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  reopenLogs(): void {
    this.#tell({ type: 'reopen' });
  }

  note(note: Note): void {
    this.#tell({ type: 'note', ...note });
  }

  /** The answer to a question; undefined when there is none in time. Never rejects. */
  ask(query: string, parameters: unknown): Promise<WorkerReply | undefined> {
    return new Promise((resolve) => {
      const id = ++this.#lastQuestion;
      const timer = setTimeout(() => {
        this.#questions.delete(id);
        resolve(undefined);
      }, TIME_TO_ANSWER);
      this.#questions.set(id, (value) => {
        clearTimeout(timer);
        resolve({ pid: this.pid, value });
      });
      this.#tell({ type: 'ask', id, query, parameters });
    });
  }

  #tell(message: ToWorker): void {
    // A child that is gone will be heard of by its exit.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #hear(untrusted: unknown): void {
    const message = readFromWorker(untrusted);
    switch (message?.type) {
      case undefined:
        return;
      case 'beat':
        this.#beat = message;
        this.forgiveSilence();
        return;
      case 'serving':
        if (this.#state !== 'starting') return;
        clearTimeout(this.#startTimer);
        this.#state = 'serving';
        this.#servingSince = performance.now();
        this.forgiveSilence();
        this.#rules = message.rules;
        this.#warnings = message.warnings;
        this.#events.onServing(this);
        return;
      case 'found':
        if (this.#state === 'starting') this.#events.onFound(this, message.files);
        return;
      case 'failed':
        this.#failure = message.lines;
        return;
      case 'due':
        if (this.#state === 'serving') this.#events.onDue(this, message.reason);
        return;
      case 'counted':
        this.#events.onCounted(this, message.value);
        return;
      case 'answer':
        this.#questions.get(message.id)?.(message.value);
        this.#questions.delete(message.id);
    }
  }

  #ended(how: string): void {
    if (this.#state === 'ended') return;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#killTimer);
    this.#ending = how;
    this.#state = 'ended';
    this.#events.onExit(this);
  }
}
