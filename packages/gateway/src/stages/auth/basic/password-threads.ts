import { Worker as Thread } from 'node:worker_threads';
import { ownProgram } from '../../../own-files.ts';
import { AuthUnavailable } from '../principal.ts';

export interface PasswordQuestion {
  readonly number: number;
  /** Byte string. */
  readonly password: string;
  readonly stored: string;
}

export interface PasswordAnswer {
  readonly number: number;
  readonly fits: boolean;
  /** Why it could not be found out. */
  readonly trouble?: string;
}

interface Waiting {
  readonly question: PasswordQuestion;
  resolve(fits: boolean): void;
  reject(cause: Error): void;
}

interface Member {
  readonly thread: Thread;
  running: Waiting | undefined;
}

/** Comparisons that may wait; each takes some hundredths of a second. */
const QUEUE = 100;

/**
 * Compares passwords with their hashes in threads, so that the thread that serves never stands still for a login. Threads are
 * started when they are needed. A queue that is full refuses: whoever floods the login must not fill the memory.
 */
export class PasswordThreads {
  readonly #limit: number;
  readonly #members: Member[] = [];
  readonly #queue: Waiting[] = [];
  #lastNumber = 0;

  constructor(limit: number = 2) {
    this.#limit = limit;
  }

  /** `password` is a byte string. Rejects with an `AuthUnavailable`. */
  compare(password: string, stored: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= QUEUE) {
        reject(new AuthUnavailable('too many passwords wait to be compared'));
        return;
      }
      this.#queue.push({ question: { number: ++this.#lastNumber, password, stored }, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    const all = this.#members.splice(0);
    for (const { reject } of this.#queue.splice(0)) reject(new AuthUnavailable('the gate is closing'));
    for (const { running } of all) running?.reject(new AuthUnavailable('the gate is closing'));
    await Promise.all(all.map(({ thread }) => thread.terminate()));
  }

  #next(): void {
    const [waiting] = this.#queue;
    if (waiting === undefined) return;
    const member = this.#members.find(({ running }) => running === undefined) ?? this.#start();
    if (member === undefined) return;
    this.#queue.shift();
    member.running = waiting;
    member.thread.ref();
    member.thread.postMessage(waiting.question);
  }

  #start(): Member | undefined {
    if (this.#members.length >= this.#limit) return undefined;
    const thread = new Thread(ownProgram('stages/auth/basic/password-thread'));
    const member: Member = { thread, running: undefined };
    this.#members.push(member);
    thread.on('message', (answer: PasswordAnswer) => this.#answered(member, answer));
    thread.on('error', (cause) => this.#lost(member, cause instanceof Error ? cause.message : String(cause)));
    thread.on('exit', () => this.#lost(member, 'its thread has ended'));
    return member;
  }

  #answered(member: Member, { fits, trouble }: PasswordAnswer): void {
    const { running } = member;
    member.running = undefined;
    // An idle thread must not keep the process alive.
    member.thread.unref();
    if (trouble === undefined) running?.resolve(fits);
    else running?.reject(new AuthUnavailable(`a password cannot be compared: ${trouble}`));
    this.#next();
  }

  #lost(member: Member, reason: string): void {
    const at = this.#members.indexOf(member);
    if (at < 0) return;
    this.#members.splice(at, 1);
    member.running?.reject(new AuthUnavailable(`a password cannot be compared: ${reason}`));
    member.running = undefined;
    this.#next();
  }
}
