/**
 * One order of events for all processes of a machine: a file they append to and read from (replicated log). A record is
 * appended with one write, which the system puts behind all others (`O_APPEND`); then everything up to it is read back. So each
 * process sees the same records in the same order, and knows when it acts what all others have done before it. A request costs
 * two system calls, some 5 µs; the file is meant to lie in memory.
 *
 * The file is divided into segments. Who finds one full appends a seal; what comes behind a seal does not count and is appended
 * to the next segment again. Some earlier segments are kept, for processes that start later and for those that stood still.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { sharedSeed } from './shared-seed.ts';

/** Bytes of a record; a page holds a whole number of them, so none is ever read by halves. */
export const RECORD_SIZE = 64;
/** Kinds from 1 on are the user's; the first byte of a record is its kind. */
const SEAL = 0xff;
/** Last byte of every record. */
const MARK = 0xa5;
/** Where the sender is named: by a random number, and one that counts its records. */
const SENDER_AT = 54;
const SEQUENCE_AT = 58;
/** Earlier segments that are kept. */
const KEPT_SEGMENTS = 8;
const READ_SIZE = RECORD_SIZE * 1024;

export interface SharedLogOptions {
  /** A folder that only this user can enter. It is made if it is not there. */
  readonly folder: string;
  /** Told every record in its order. The buffer is used again. */
  readonly onRecord: (record: Buffer, isOwn: boolean) => void;
  /** This process begins a new segment, before it appends a record: what must not be forgotten is to be appended again. */
  readonly onNewSegment: () => void;
  /** Bytes after which a new segment is begun. */
  readonly segmentSize?: number;
}

export class SharedLog {
  /** The same random bytes for all processes, as hexadecimal digits. */
  readonly seed: string;
  readonly #folder: string;
  readonly #prefix: string;
  readonly #onRecord: SharedLogOptions['onRecord'];
  readonly #onNewSegment: () => void;
  readonly #segmentSize: number;
  readonly #buffer = Buffer.allocUnsafe(READ_SIZE);
  readonly #seal = Buffer.alloc(RECORD_SIZE);
  readonly #sender = randomBytes(4).readUInt32LE();
  #segment: number;
  #file: number;
  #position = 0;
  #sequence = 0;
  /** Number of the own record that is waited for; 0: none. */
  #awaited = 0;

  /** Opens the log, making it if there is none, and reads what it holds. Throws what the file system throws. */
  constructor({ folder, onRecord, onNewSegment, segmentSize = 2 * 1024 * 1024 }: SharedLogOptions) {
    this.#folder = folder;
    this.#onRecord = onRecord;
    this.#onNewSegment = onNewSegment;
    this.#segmentSize = segmentSize;
    this.#seal[0] = SEAL;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.seed = sharedSeed(folder);
    // The steady clock begins anew when the machine does, and what was written before then means nothing.
    this.#prefix = `log-${bootId()}-`;
    const segments = this.#segments();
    const newest = segments.at(-1) ?? 1;
    this.#segment = segments.includes(newest - 1) ? newest - 1 : newest;
    this.#file = this.#open(this.#segment);
    this.catchUp();
  }

  /** Appends a record and reads up to it. Bytes 54 to 61 and the last one are written here. Throws what the file system throws. */
  append(record: Buffer): void {
    if (this.#position >= this.#segmentSize) this.#beginSegment();
    this.#sequence = (this.#sequence + 1) >>> 0 || 1;
    this.#awaited = this.#sequence;
    while (this.#awaited !== 0) {
      this.#write(record, this.#sequence);
      this.#read();
    }
  }

  /** Reads what others have appended. */
  catchUp(): void {
    this.#read();
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(record: Buffer, sequence: number): void {
    record.writeUInt32LE(this.#sender, SENDER_AT);
    record.writeUInt32LE(sequence, SEQUENCE_AT);
    record[RECORD_SIZE - 1] = MARK;
    if (writeSync(this.#file, record, 0, RECORD_SIZE) !== RECORD_SIZE)
      throw new Error('a record was written by halves');
  }

  #read(): void {
    for (;;) {
      const length = readSync(this.#file, this.#buffer, 0, READ_SIZE, this.#position);
      let isSealed = false;
      for (let at = 0; at + RECORD_SIZE <= length && !isSealed; at += RECORD_SIZE) {
        const record = this.#buffer.subarray(at, at + RECORD_SIZE);
        if (record[RECORD_SIZE - 1] !== MARK) throw new Error(`the shared log is damaged at ${this.#position + at}`);
        if (record[0] === SEAL) {
          isSealed = true;
        } else {
          const isAwaited =
            this.#awaited !== 0 &&
            record.readUInt32LE(SENDER_AT) === this.#sender &&
            record.readUInt32LE(SEQUENCE_AT) === this.#awaited;
          if (isAwaited) this.#awaited = 0;
          this.#onRecord(record, isAwaited);
        }
      }
      if (isSealed) this.#goOn();
      else {
        this.#position += length - (length % RECORD_SIZE);
        if (length < READ_SIZE) return;
      }
    }
  }

  /** To the segment behind a seal. */
  #goOn(): void {
    closeSync(this.#file);
    const next = this.#segment + 1;
    const later = this.#segments().filter((one) => one > next);
    // Whoever has stood still for so long that the next one is gone goes on with the oldest there is.
    this.#segment = later.length === 0 || this.#segments().includes(next) ? next : (later[0] as number);
    this.#file = this.#open(this.#segment);
    this.#position = 0;
    for (const old of this.#segments()) {
      if (old < this.#segment - KEPT_SEGMENTS) rmSync(this.#pathOf(old), { force: true });
    }
  }

  #beginSegment(): void {
    const before = this.#segment;
    this.#write(this.#seal, 0);
    this.#read();
    if (this.#segment > before) this.#onNewSegment();
  }

  #segments(): readonly number[] {
    const numbers: number[] = [];
    for (const name of readdirSync(this.#folder)) {
      if (name.startsWith(this.#prefix)) numbers.push(Number(name.slice(this.#prefix.length)));
      else if (name.startsWith('log-')) rmSync(join(this.#folder, name), { force: true });
    }
    return numbers.filter(Number.isSafeInteger).sort((a, b) => a - b);
  }

  #open(segment: number): number {
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
    return openSync(this.#pathOf(segment), O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
  }

  #pathOf(segment: number): string {
    return join(this.#folder, `${this.#prefix}${segment}`);
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  } catch {
    return 'unknown';
  }
}
