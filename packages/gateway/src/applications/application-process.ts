/** One process of an application: started by its principal, watched, ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { LineRate } from '../logs/line-rate.ts';
import { Lines } from '../logs/lines.ts';
import type { Replaceable } from '../process/slot.ts';
import { launchOf, type Tools } from './launch.ts';
import type { SocketFolder } from './socket-folder.ts';
import type { ApplicationSpec } from './spec.ts';

export interface ProcessEvents {
  /** The last look before it is started; a throw says why it is not. */
  beforeStart(): void;
  /** It accepts connections. */
  onServing(process: ApplicationProcess): void;
  /** It has ended, for whatever reason. */
  onExit(process: ApplicationProcess): void;
  /** A line on its standard output or standard error. */
  onLine(line: string): void;
}

export type ProcessState = 'starting' | 'serving' | 'leaving' | 'ended';

/** How often a process that starts is looked at, in milliseconds. */
const LOOK_EVERY = 20;
/** Lines of one process that reach the log. */
const LINES_A_SECOND = 200;
/** Time for a connection to be accepted, in milliseconds. */
const CONNECT_WITHIN = 1000;

export class ApplicationProcess implements Replaceable {
  readonly spec: ApplicationSpec;
  readonly startedAt: number = Date.now();
  readonly #folder: SocketFolder;
  readonly #events: ProcessEvents;
  readonly #number: number;
  readonly #bornAt = performance.now();
  #child: ChildProcess | undefined;
  #socket = '';
  #published: string | undefined;
  #state: ProcessState = 'starting';
  #servingSince: number | undefined;
  #failure: string[] = [];
  #ending = '';
  #timer: NodeJS.Timeout | undefined;
  #isUnasked = true;

  /** Starts it. Never throws: one that cannot be started ends at once. `number`: unique in the folder. */
  constructor(spec: ApplicationSpec, number: number, folder: SocketFolder, tools: Tools, events: ProcessEvents) {
    this.spec = spec;
    this.#number = number;
    this.#folder = folder;
    this.#events = events;
    try {
      events.beforeStart();
      this.#socket = folder.prepare(spec.name, spec.account, number);
      this.#start(tools);
    } catch (cause) {
      this.#failure.push((cause as Error).message);
      // Whoever made it does not know it yet.
      setImmediate(() => this.#ended('it cannot be started'));
    }
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** As `upstreams.<name>.urls` takes it; undefined before it serves. */
  get url(): string | undefined {
    if (this.#published === undefined) return undefined;
    return `${this.spec.protocol === 'fastcgi' ? 'fastcgi:' : ''}unix:${this.#published}`;
  }

  /** Milliseconds since the start. */
  get age(): number {
    return performance.now() - this.#bornAt;
  }

  get servedFor(): number {
    return this.#servingSince === undefined ? 0 : performance.now() - this.#servingSince;
  }

  get failure(): readonly string[] {
    return this.#failure.length > 0 ? this.#failure : [`application ${this.spec.name}: ${this.#ending}`];
  }

  /** How it ended. */
  get ending(): string {
    return this.#ending;
  }

  get endedUnasked(): boolean {
    return this.#isUnasked;
  }

  readonly wasKilledFromOutside = false;

  /** Resident memory in bytes; 0 when that cannot be told. */
  get rss(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  /** Whether it accepts a connection now. */
  isAccepting(): Promise<boolean> {
    return accepts(this.#published ?? this.#socket);
  }

  /** Ends it: SIGTERM, and SIGKILL for it and its group after `stopTimeout`. */
  stop(): void {
    this.#isUnasked = false;
    if (this.#state === 'ended') return;
    this.#state = 'leaving';
    clearTimeout(this.#timer);
    this.#child?.kill('SIGTERM');
    this.#timer = setTimeout(() => this.kill(), this.spec.stopTimeout);
  }

  /** Marks it as one that gets no new requests. */
  leave(): void {
    this.#isUnasked = false;
    if (this.#state === 'serving') this.#state = 'leaving';
  }

  /** Ends it and its group at once. It is a child that has not been waited for, so the number means nobody else. */
  kill(): void {
    this.#isUnasked = false;
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  }

  #start(tools: Tools): void {
    const { spec } = this;
    const { program, words, identity, environment } = launchOf(spec, this.#socket, tools);
    // Node has no option for it, and a child inherits what holds at the moment it is made.
    const before = process.umask(Number.parseInt(spec.umask, 8));
    try {
      this.#child = spawn(program, words, {
        ...identity,
        cwd: spec.directory,
        env: environment,
        // A group of its own: a signal from the terminal of the gate is not meant for it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } finally {
      process.umask(before);
    }
    const rate = new LineRate(LINES_A_SECOND, this.#events.onLine);
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      const lines = new Lines((line) => rate.take(line));
      output
        ?.on('data', (chunk: Buffer) => lines.take(chunk))
        .on('end', () => {
          lines.end();
          rate.end();
        });
    }
    this.#child.once('error', (error) => this.#ended(`it cannot be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => {
      this.#killGroup();
      this.#ended(signal === null ? `exit code ${code}` : `${signal}`);
    });
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY);
  }

  /**
   * Ends what the process has left behind in its group. The number of a group is nobody else's while anybody is in it; and where
   * nobody is, the system would have to have used up all numbers in the instant since the exit for it to mean somebody else.
   */
  #killGroup(): void {
    if (this.#child?.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      // Nobody is left, or all that is left has made itself somebody else.
      if (code !== 'ESRCH' && code !== 'EPERM') throw cause;
    }
  }

  async #look(): Promise<void> {
    const { spec } = this;
    const isReady = existsSync(this.#socket) && (await accepts(this.#socket));
    if (this.#state !== 'starting') return;
    if (!isReady) {
      if (this.age < spec.startTimeout) {
        this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY);
        return;
      }
      this.#failure.push(
        `application ${spec.name}: it did not accept connections on ${this.#socket} within ${spec.startTimeout} ms`,
      );
      this.kill();
      return;
    }
    try {
      this.#published = this.#folder.publish(this.#socket, spec.name, spec.account, this.#number);
    } catch (cause) {
      this.#failure.push((cause as Error).message);
      this.kill();
      return;
    }
    this.#state = 'serving';
    this.#servingSince = performance.now();
    this.#events.onServing(this);
  }

  #ended(how: string): void {
    if (this.#state === 'ended') return;
    clearTimeout(this.#timer);
    this.#ending = how;
    this.#state = 'ended';
    if (this.#socket !== '') this.#folder.withdraw(this.#socket, this.#published);
    this.#events.onExit(this);
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (isAccepted: boolean): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.setTimeout(CONNECT_WITHIN, () => done(false));
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
