/**
 * Counts of all processes of a gate, in a file that lies in memory. It is a table: a line for each hash of a key, in it a cell for each
 * process, which only this process writes. So nothing is locked: to add is to write the own cell and then to read the line. Who adds
 * last sees all others, so a limit is never passed; two that take the last place in the same moment may both be sent away.
 *
 * An addition costs two system calls, some 5 µs, a removal one. Keys with the same hash are counted as one: a client shares its line with
 * one in a hundred thousand, and nobody outside knows with which.
 */
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PathHash } from '../flood/keys.ts';
import { sharedSeed } from '../flood/shared-seed.ts';
import { type Column, claimColumn, freeColumnsOfTheDead } from './columns.ts';
import type { Tally } from './tally.ts';

/** Bytes of the table; the system keeps only what has been written to. */
const TABLE_SIZE = 32 * 1024 * 1024;
const CELL_SIZE = 4;
/** Milliseconds between two looks for processes that have died. */
const LOOK_EVERY = 1000;

export class SharedTally implements Tally {
  readonly isShared = true;
  readonly #folder: string;
  readonly #columns: number;
  readonly #lines: number;
  readonly #hash: PathHash;
  readonly #table: number;
  readonly #column: Column;
  /** What stands in the own cells, by line. */
  readonly #own = new Map<number, number>();
  readonly #cell = Buffer.alloc(CELL_SIZE);
  readonly #line: Buffer;
  readonly #timer: NodeJS.Timeout;

  readonly #onTrouble: (reason: string) => void;
  #isAlone = false;

  /**
   * `folder` is made where it is not there. `processes`: those that may be there at once, a power of two. `onTrouble` is told once when
   * the file cannot be used any more; this process counts for itself then. Throws when one cannot count there at all.
   */
  constructor(folder: string, processes: number, onTrouble: (reason: string) => void) {
    this.#onTrouble = onTrouble;
    this.#folder = join(folder, String(processes));
    this.#columns = processes;
    this.#lines = TABLE_SIZE / CELL_SIZE / processes;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#hash = new PathHash(sharedSeed(this.#folder));
    this.#line = Buffer.alloc(processes * CELL_SIZE);
    this.#table = openSync(join(this.#folder, 'table'), 'a+', 0o600);
    closeSync(this.#table);
    this.#table = openSync(join(this.#folder, 'table'), 'r+');
    this.#freeDead();
    const column = claimColumn(this.#folder, processes);
    if (column === undefined) {
      closeSync(this.#table);
      throw new Error(`${processes} processes count in ${this.#folder} already`);
    }
    this.#column = column;
    this.#timer = setInterval(() => this.#freeDead(), LOOK_EVERY).unref();
  }

  add(key: string): number {
    const line = this.#lineOf(key);
    this.#write(line, (this.#own.get(line) ?? 0) + 1);
    return this.#read(line);
  }

  remove(key: string): void {
    const line = this.#lineOf(key);
    this.#write(line, Math.max(0, (this.#own.get(line) ?? 0) - 1));
  }

  count(key: string): number {
    return this.#read(this.#lineOf(key));
  }

  close(): void {
    clearInterval(this.#timer);
    for (const line of this.#own.keys()) this.#write(line, 0);
    this.#column.release();
    closeSync(this.#table);
  }

  #lineOf(key: string): number {
    const hash = this.#hash.of(key);
    const word =
      (hash.charCodeAt(0) | (hash.charCodeAt(1) << 8) | (hash.charCodeAt(2) << 16) | (hash.charCodeAt(3) << 24)) >>> 0;
    return word % this.#lines;
  }

  #write(line: number, count: number): void {
    if (count > 0) this.#own.set(line, count);
    else this.#own.delete(line);
    if (this.#isAlone) return;
    this.#cell.writeUInt32LE(count);
    try {
      writeSync(this.#table, this.#cell, 0, CELL_SIZE, (line * this.#columns + this.#column.number) * CELL_SIZE);
    } catch (cause) {
      this.#goAlone(cause);
    }
  }

  #read(line: number): number {
    if (this.#isAlone) return this.#own.get(line) ?? 0;
    let length: number;
    try {
      // What lies behind the end has never been written.
      length = readSync(this.#table, this.#line, 0, this.#line.length, line * this.#line.length);
    } catch (cause) {
      this.#goAlone(cause);
      return this.#own.get(line) ?? 0;
    }
    let sum = 0;
    for (let at = 0; at + CELL_SIZE <= length; at += CELL_SIZE) sum += this.#line.readUInt32LE(at);
    return sum;
  }

  #goAlone(cause: unknown): void {
    this.#isAlone = true;
    this.#onTrouble((cause as Error).message);
  }

  #freeDead(): void {
    if (this.#isAlone) return;
    try {
      freeColumnsOfTheDead(this.#folder, this.#columns, (column) => this.#clear(column));
    } catch (cause) {
      this.#goAlone(cause);
    }
  }

  /** Empties the cells of a process that is gone. */
  #clear(column: number): void {
    const part = Buffer.alloc(1024 * this.#line.length);
    const empty = Buffer.alloc(CELL_SIZE);
    for (let start = 0; ; start += part.length) {
      const length = readSync(this.#table, part, 0, part.length, start);
      if (length === 0) return;
      for (let at = column * CELL_SIZE; at + CELL_SIZE <= length; at += this.#line.length) {
        if (part.readUInt32LE(at) !== 0) writeSync(this.#table, empty, 0, CELL_SIZE, start + at);
      }
    }
  }
}
