import type { FloodsConfig } from '../../config/sections/floods.ts';
import type { Ban, BanReason } from './ban-list.ts';
import { FloodCounts } from './flood-counts.ts';
import type { Account, FloodStore, FloodVerdict, Hit } from './hit.ts';
import { RECORD_SIZE, SharedLog } from './shared-log.ts';

/** Kinds of records. A reason comes before the ban it is for, from the same process. */
const HIT = 1;
const BAN = 2;
const REASON = 3;
const PENALTY = 4;
const RELEASE = 5;
const WORK = 6;
const LOGIN = 7;

/** Where things are in a record, in bytes. The key has its length in byte 1; times are whole milliseconds in 6 bytes. */
const KEY_AT = 2;
const LONGEST_KEY = 26;
const TIME_AT = 28;
/** Of a ban. */
const UNTIL_AT = 34;
/** Of a penalty, and of work. */
const AMOUNT_AT = 34;
/** Of a hit. Hashes have 8 bytes. */
const SECOND_AT = 34;
const PATH_AT = 38;
const PRINCIPAL_AT = 46;
const HASH_SIZE = 8;
const NOBODY = '\0'.repeat(HASH_SIZE);
/** A byte the log leaves to its users. */
const WATCHED_AT = 62;
/** Of a reason: in place of the key and what follows it. */
const LONGEST_REASON = 52;
/** Who sent it, as the log writes it. */
const SENDER_AT = 54;

export interface SharedCountsOptions {
  readonly config: FloodsConfig;
  readonly folder: string;
  readonly now: () => number;
  readonly segmentSize?: number;
  /** Told once when the log cannot be used. */
  readonly onTrouble: (reason: string) => void;
}

/**
 * The counts of all processes of a machine, exact to the request: whatever happens is appended to a shared log, and each
 * process follows the log with counts of its own. Where the log cannot be written, the counts go on from where they are, for
 * this process alone.
 */
export class SharedCounts implements FloodStore {
  readonly #counts: FloodCounts;
  readonly #log: SharedLog;
  readonly #now: () => number;
  readonly #onTrouble: (reason: string) => void;
  readonly #record = Buffer.alloc(RECORD_SIZE);
  /** Bans are appended in the middle of appending something else. */
  readonly #banRecord = Buffer.alloc(RECORD_SIZE);
  readonly #reasons = new Map<number, BanReason>();
  /** What the own record that was appended last has led to. */
  #verdict: FloodVerdict | undefined;
  #wasBanned = false;
  #isBroken = false;
  #isClosed = false;

  /** Throws when the folder cannot be used. */
  constructor({ config, folder, now, segmentSize, onTrouble }: SharedCountsOptions) {
    this.#counts = new FloodCounts(config);
    this.#now = now;
    this.#onTrouble = onTrouble;
    this.#log = new SharedLog({
      folder,
      onRecord: (record, isOwn) => this.#apply(record, isOwn),
      onNewSegment: () => this.#repeatBans(),
      ...(segmentSize !== undefined && { segmentSize }),
    });
  }

  /** Key for hashes that all processes must agree on. */
  get seed(): string {
    return this.#log.seed;
  }

  findBan(network: string, principal: string, now: number): FloodVerdict | undefined {
    return this.#counts.findBan(network, principal, now);
  }

  count(hit: Hit): FloodVerdict | undefined {
    if (!this.#isUsable) return this.#counts.count(hit);
    const record = begin(this.#record, HIT, hit.network);
    record.writeUIntLE(Math.floor(hit.at), TIME_AT, 6);
    record.writeUInt32LE(hit.second, SECOND_AT);
    record.write(hit.path, PATH_AT, HASH_SIZE, 'latin1');
    record.write(hit.principal, PRINCIPAL_AT, HASH_SIZE, 'latin1');
    record[WATCHED_AT] = hit.watchedPath;
    return this.#append(record) ? this.#verdict : this.#counts.count(hit);
  }

  charge(account: Account, network: string, amount: number, at: number): FloodVerdict | undefined {
    const record = begin(this.#record, account === 'work' ? WORK : PENALTY, network);
    record.writeUIntLE(Math.floor(at), TIME_AT, 6);
    record.writeUInt32LE(amount, AMOUNT_AT);
    return this.#append(record) ? this.#verdict : this.#counts.charge(account, network, amount, at);
  }

  failLogin(network: string, user: string, at: number): FloodVerdict | undefined {
    const record = begin(this.#record, LOGIN, network);
    record.writeUIntLE(Math.floor(at), TIME_AT, 6);
    record.write(user, PRINCIPAL_AT, HASH_SIZE, 'latin1');
    return this.#append(record) ? this.#verdict : this.#counts.failLogin(network, user, at);
  }

  ban(key: string, reason: BanReason, at: number, duration: number): FloodVerdict {
    this.#appendBan({ key, reason, since: at, until: at + duration });
    return { reason, until: at + duration, isNew: true };
  }

  release(key: string): boolean {
    this.#wasBanned = false;
    return this.#append(begin(this.#record, RELEASE, key)) ? this.#wasBanned : this.#counts.release(key);
  }

  list(at: number): readonly Ban[] {
    this.catchUp();
    return this.#counts.list(at);
  }

  /** Reads what others have written; to be called now and then, so that a process without requests does not fall behind. */
  catchUp(): void {
    if (!this.#isUsable) return;
    try {
      this.#log.catchUp();
    } catch (cause) {
      this.#break(cause);
    }
  }

  /** Requests that outlast the gate are counted nowhere else: the number of the file may be another one's by then. */
  close(): void {
    this.#isClosed = true;
    this.#log.close();
  }

  get #isUsable(): boolean {
    return !this.#isBroken && !this.#isClosed;
  }

  /** False when the log cannot be written. */
  #append(record: Buffer): boolean {
    if (!this.#isUsable) return false;
    this.#verdict = undefined;
    try {
      this.#log.append(record);
      return true;
    } catch (cause) {
      this.#break(cause);
      return false;
    }
  }

  #appendBan({ key, reason, since, until }: Ban): void {
    const why = this.#banRecord.fill(0);
    why[0] = REASON;
    why[1] = why.write(`${reason.by}\0${reason.text}`, KEY_AT, LONGEST_REASON, 'latin1');
    let isShared = this.#append(why);
    const record = begin(this.#banRecord, BAN, key);
    record.writeUIntLE(Math.floor(since), TIME_AT, 6);
    record.writeUIntLE(Math.floor(until), UNTIL_AT, 6);
    isShared = isShared && this.#append(record);
    if (!isShared) this.#counts.ban(key, reason, since, until - since);
  }

  #repeatBans(): void {
    for (const ban of this.#counts.list(this.#now())) this.#appendBan(ban);
  }

  #apply(record: Buffer, isOwn: boolean): void {
    const key = record.toString('latin1', KEY_AT, KEY_AT + (record[1] as number));
    switch (record[0]) {
      case HIT: {
        const principal = record.toString('latin1', PRINCIPAL_AT, PRINCIPAL_AT + HASH_SIZE);
        const verdict = this.#counts.count({
          network: key,
          path: record.toString('latin1', PATH_AT, PATH_AT + HASH_SIZE),
          watchedPath: record[WATCHED_AT] as number,
          principal: principal === NOBODY ? '' : principal,
          at: record.readUIntLE(TIME_AT, 6),
          second: record.readUInt32LE(SECOND_AT),
        });
        if (isOwn) this.#verdict = verdict;
        return;
      }
      case WORK:
      case PENALTY: {
        const account = record[0] === WORK ? 'work' : 'penalties';
        const amount = record.readUInt32LE(AMOUNT_AT);
        const verdict = this.#counts.charge(account, key, amount, record.readUIntLE(TIME_AT, 6));
        if (isOwn) this.#verdict = verdict;
        return;
      }
      case LOGIN: {
        const user = record.toString('latin1', PRINCIPAL_AT, PRINCIPAL_AT + HASH_SIZE);
        const verdict = this.#counts.failLogin(key, user === NOBODY ? '' : user, record.readUIntLE(TIME_AT, 6));
        if (isOwn) this.#verdict = verdict;
        return;
      }
      case REASON: {
        const text = record.toString('latin1', KEY_AT, KEY_AT + (record[1] as number));
        const end = text.indexOf('\0');
        this.#reasons.set(record.readUInt32LE(SENDER_AT), { by: text.slice(0, end), text: text.slice(end + 1) });
        return;
      }
      case BAN: {
        const sender = record.readUInt32LE(SENDER_AT);
        const since = record.readUIntLE(TIME_AT, 6);
        const reason = this.#reasons.get(sender) ?? { by: 'manual', text: '' };
        this.#reasons.delete(sender);
        this.#counts.ban(key, reason, since, record.readUIntLE(UNTIL_AT, 6) - since);
        return;
      }
      case RELEASE: {
        const wasBanned = this.#counts.release(key);
        if (isOwn) this.#wasBanned = wasBanned;
        return;
      }
    }
  }

  #break(cause: unknown): void {
    this.#isBroken = true;
    this.#onTrouble(cause instanceof Error ? cause.message : String(cause));
  }
}

function begin(record: Buffer, kind: number, key: string): Buffer {
  record.fill(0);
  record[0] = kind;
  record[1] = record.write(key, KEY_AT, LONGEST_KEY, 'latin1');
  return record;
}
