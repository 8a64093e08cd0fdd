/** What rules may reach outside of the engine, in the form this configuration allows. */
import { tmpdir } from 'node:os';
import type { Services } from '@sallyport/engine';
import { createNodePrograms, createNodeResolver } from '@sallyport/engine/node';
import type { Config } from '../config/config.ts';
import { FetchedRules } from './remote-rules.ts';
import { createScripts } from './scripts.ts';
import { PrivateUploads } from './uploads.ts';
import { libXml, xmlValidation } from './xml-validation.ts';

export interface LoadedServices {
  /** For `createWaf`. */
  readonly services: Services;
  /**
   * Gets what rules have asked for in vain: packages, rules of other machines. True when loading the rules again will go
   * differently. Rejects when a package is broken.
   */
  load(): Promise<boolean>;
  /** Lets go of what lies on disk. */
  release(): void;
}

export function createServices({ programs, scripts: limits, tmpDir }: Config): LoadedServices {
  const uploads = new PrivateUploads(tmpDir ?? tmpdir());
  const remote = new FetchedRules();
  const scripts = createScripts(limits);
  return {
    services: {
      resolver: createNodeResolver(),
      programs: createNodePrograms({
        timeoutMilliseconds: programs.timeout,
        maximumOutput: programs.output,
        maximumRunning: programs.running,
      }),
      scripts,
      uploads,
      remote,
      xmlValidation,
    },
    async load() {
      const loaded = await Promise.all([libXml.load(), scripts.load(), remote.load()]);
      return loaded.includes(true);
    },
    release: () => uploads.release(),
  };
}
