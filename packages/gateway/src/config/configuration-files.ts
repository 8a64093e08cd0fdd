/**
 * Files a configuration speaks of: rules and their data, certificates, keys. A worker that takes the place of another must mean the same
 * configuration, whatever has become of the files meanwhile. So the first one remembers what it has found, and the others are told.
 */
import type { FileAccess } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';

export interface ConfigurationFiles extends FileAccess {
  /** What was found on the disk under a name, looked for the first time it is asked for. It must survive JSON. */
  once<T>(name: string, find: () => T): T;
}

/** As they are now. */
export const filesOnDisk: ConfigurationFiles = { ...nodeFiles, once: (_name, find) => find() };

/** What was found, by name. Survives JSON. */
export type Found = Readonly<Record<string, unknown>>;

/** As they were when they were first looked at, by this process or by another. */
export class RememberedFiles implements ConfigurationFiles {
  readonly #found: Map<string, unknown>;

  /** `found`: by another process. */
  constructor(found: Found = {}) {
    this.#found = new Map(Object.entries(found));
  }

  get found(): Found {
    return Object.fromEntries(this.#found);
  }

  once<T>(name: string, find: () => T): T {
    // What is under a name was found by the same code, here or in a process that runs the same program.
    if (this.#found.has(name)) return this.#found.get(name) as T;
    const value = find();
    this.#found.set(name, value);
    return value;
  }

  read(path: string): string {
    return this.once(`read ${path}`, () => filesOnDisk.read(path));
  }

  list(pattern: string): readonly string[] {
    return this.once(`list ${pattern}`, () => filesOnDisk.list(pattern));
  }

  resolve(from: string, path: string): string {
    return filesOnDisk.resolve(from, path);
  }
}

/** Apart, because what rules were made of need not be kept once they are compiled. */
export interface GatewayFiles {
  readonly rules: ConfigurationFiles;
  /** Certificates and keys, of listeners and for upstreams. */
  readonly certificates: ConfigurationFiles;
}
