/** A word of the language as the reference tables list it, and what we do with it. */
export interface Entry {
  readonly name: string;
  /**
   * - `complete`: behaves as the reference
   * - `obsolete`: accepted, with a warning that says what to use instead
   * - `refused`: a configuration with it does not load, and the message says why
   */
  readonly status: 'complete' | 'obsolete' | 'refused';
  /** For `obsolete` and `refused`: a configuration that uses the word … */
  readonly example?: string;
  /** … and what the warning or error must contain. */
  readonly says?: string;
  /** Where our behaviour is one of several, or narrower than the reference. */
  readonly note?: string;
}

/** Words that simply work, separated by blanks. */
export function complete(names: string): readonly Entry[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, status: 'complete' }));
}

export function obsolete(name: string, example: string, says: string, note?: string): Entry {
  return { name, status: 'obsolete', example, says, ...(note === undefined ? {} : { note }) };
}

export function refused(name: string, example: string, says: string, note?: string): Entry {
  return { name, status: 'refused', example, says, ...(note === undefined ? {} : { note }) };
}

export function noted(name: string, note: string): Entry {
  return { name, status: 'complete', note };
}
