import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RegexOptions } from '../../packages/engine/src/regex/index.ts';

export interface Subject {
  /** A byte string. */
  readonly text: string;
  /** Where to begin the search; 0 by default. */
  readonly from?: number;
}

export interface Job {
  readonly pattern: string;
  readonly options?: RegexOptions;
  /** `undefined` for those of the job before. */
  readonly subjects: readonly Subject[] | undefined;
}

export interface Answer {
  /** PCRE2's code for why it does not compile the pattern, or 0. */
  readonly compileError: number;
  readonly errorOffset: number;
  readonly groupCount: number;
  /** For each subject the offsets of all groups, `undefined` for no match, or PCRE2's code when matching failed. */
  readonly matches: readonly (Int32Array | undefined | number)[];
}

const OPTION_BITS: Record<keyof RegexOptions, number> = {
  caseless: 0x08,
  dollarEndOnly: 0x10,
  dotAll: 0x20,
  extended: 0x80,
  multiline: 0x400,
};
const SAME_SUBJECTS = 0xffffffff;

/** Debian's PCRE2, asked through a small program that is compiled for the occasion. */
export class Pcre2 {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** The reason why there is none, in words, when the compiler or the library is missing. */
  static build(): Pcre2 | string {
    const folder = mkdtempSync(join(tmpdir(), 'pcre2-oracle-'));
    const source = fileURLToPath(new URL('./pcre2-oracle.c', import.meta.url));
    const built = spawnSync('cc', ['-O2', '-o', join(folder, 'oracle'), source, '-lpcre2-8'], { encoding: 'utf8' });
    if (built.status === 0) return new Pcre2(folder);
    rmSync(folder, { recursive: true });
    const why = built.error === undefined ? built.stderr.trim().split('\n')[0] : built.error.message;
    return `cannot build the PCRE2 helper (needs cc and libpcre2-dev): ${why}`;
  }

  /** `engine`: PCRE2's interpreter, the reference, or the faster `jit` for very many subjects. */
  ask(jobs: readonly Job[], engine: 'interpreter' | 'jit' = 'interpreter'): Answer[] {
    const run = spawnSync(join(this.#folder, 'oracle'), [engine], {
      input: Buffer.concat(jobs.flatMap(encodeJob)),
      maxBuffer: 2 ** 30,
    });
    if (run.status !== 0) throw new Error(`PCRE2 helper ended with ${run.status ?? run.signal}`, { cause: run.error });
    const reader = new NumberReader(run.stdout);
    let subjectCount = 0;
    return jobs.map((job) => {
      subjectCount = job.subjects?.length ?? subjectCount;
      return decodeAnswer(reader, subjectCount);
    });
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function encodeJob({ pattern, options = {}, subjects }: Job): Buffer[] {
  let bits = 0;
  for (const name of Object.keys(OPTION_BITS) as (keyof RegexOptions)[]) if (options[name]) bits |= OPTION_BITS[name];
  const parts = [numbers(bits, pattern.length), Buffer.from(pattern, 'latin1')];
  parts.push(numbers(subjects?.length ?? SAME_SUBJECTS));
  for (const { text, from = 0 } of subjects ?? []) parts.push(numbers(from, text.length), Buffer.from(text, 'latin1'));
  return parts;
}

function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    buffer.writeUInt32LE(value, 4 * index);
  });
  return buffer;
}

function decodeAnswer(reader: NumberReader, subjectCount: number): Answer {
  const compileError = reader.next();
  const errorOffset = reader.next();
  const groupCount = reader.next();
  const matches: (Int32Array | undefined | number)[] = [];
  for (let subject = 0; compileError === 0 && subject < subjectCount; subject++) {
    const result = reader.next();
    if (result === 1) matches.push(Int32Array.from({ length: 2 * (groupCount + 1) }, () => reader.next()));
    else matches.push(result === 0 ? undefined : result);
  }
  return { compileError, errorOffset, groupCount, matches };
}

class NumberReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  next(): number {
    const value = this.#buffer.readInt32LE(this.#at);
    this.#at += 4;
    return value;
  }
}
