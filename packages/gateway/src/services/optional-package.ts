/** Why something cannot be used for now: the package it needs has not been loaded. */
export class PackageMissing extends Error {
  override readonly name = 'PackageMissing';
}

/**
 * A package that an installation may lack and that is loaded when it is asked for. Asking is synchronous, loading is not: the
 * first question fails, `load` sees to it, and the question is put again.
 */
export class OptionalPackage<Module> {
  readonly #name: string;
  readonly #purpose: string;
  readonly #import: () => Promise<Module>;
  #module: Module | undefined;
  #state: 'unknown' | 'wanted' | 'loaded' | 'missing' = 'unknown';

  /** `purpose` begins the complaint: `Lua scripts need …`. */
  constructor(name: string, purpose: string, load: () => Promise<Module>) {
    this.#name = name;
    this.#purpose = purpose;
    this.#import = load;
  }

  /** Throws {@link PackageMissing} while it is not there. */
  get module(): Module {
    if (this.#module !== undefined) return this.#module;
    if (this.#state === 'unknown') this.#state = 'wanted';
    throw new PackageMissing(`${this.#purpose} the package "${this.#name}": npm install ${this.#name}`);
  }

  /** Loads the package if somebody has asked for it in vain. True when asking again may give another answer. */
  async load(): Promise<boolean> {
    if (this.#state !== 'wanted') return false;
    try {
      this.#module = await this.#import();
      this.#state = 'loaded';
      return true;
    } catch (cause) {
      this.#state = 'missing';
      // A package that is there and broken is worth its own words.
      if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
      return false;
    }
  }
}
