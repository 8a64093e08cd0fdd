/** Which process has which column of a shared table. A file for each column names its owner; that of a dead one is found and freed. */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface Column {
  readonly number: number;
  /** For another process; its cells must be empty by then. */
  release(): void;
}

/** Milliseconds after which somebody who cleans up after a dead process must have died himself. */
const LONGEST_CLEANING = 10_000;

/** A column nobody has; undefined when there is none. */
export function claimColumn(folder: string, columns: number): Column | undefined {
  for (let number = 0; number < columns; number++) {
    const path = fileOf(folder, number);
    if (!createWith(path, ownName())) continue;
    return { number, release: () => rmSync(path, { force: true }) };
  }
  return undefined;
}

/** Gives up the columns of processes that are gone, once `clear` has emptied them. One process does it at a time. */
export function freeColumnsOfTheDead(folder: string, columns: number, clear: (column: number) => void): void {
  for (let number = 0; number < columns; number++) {
    const path = fileOf(folder, number);
    if (!hasDied(ownerOf(path))) continue;
    const lock = `${path}.cleaning`;
    if (isOlderThan(lock, LONGEST_CLEANING)) rmSync(lock, { force: true });
    if (!createWith(lock, ownName())) continue;
    try {
      // Another one may have done it meanwhile, and the column have a new owner.
      if (!hasDied(ownerOf(path))) continue;
      clear(number);
      rmSync(path, { force: true });
    } finally {
      rmSync(lock, { force: true });
    }
  }
}

function fileOf(folder: string, number: number): string {
  return join(folder, `column-${number}`);
}

/** Whether the file is new; its text is there as soon as anybody looks for an owner in it, or there is none yet. */
function createWith(path: string, text: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
  writeSync(descriptor, text);
  closeSync(descriptor);
  return true;
}

function ownName(): string {
  return `${process.pid} ${startTimeOf(process.pid) ?? ''}`;
}

/** Empty while nobody has the column, or its owner has not put its name there yet. */
function ownerOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** A process number is used again; together with the time of the start it is not. */
function hasDied(owner: string): boolean {
  const [pid = '', startTime = ''] = owner.split(' ');
  return startTime !== '' && startTimeOf(Number(pid)) !== startTime;
}

/** Ticks from the start of the machine to that of a process (proc_pid_stat(5), field 22); undefined when it is gone. */
function startTimeOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function isOlderThan(path: string, milliseconds: number): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > milliseconds;
  } catch {
    return false;
  }
}
