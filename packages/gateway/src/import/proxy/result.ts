import type { ImportLine } from '../report.ts';

/** A configuration of another server as one of ours. */
export interface ProxyImport {
  /** `sallyport.yaml`. `rulesFile` is the name it uses for the new file of rules. */
  readonly text: string;
  /** The new file of rules; undefined when none is needed. */
  readonly rules: string | undefined;
  readonly lines: readonly ImportLine[];
}

export interface ProxyImportOptions {
  /** Absolute names of the old configuration are taken below this folder: a copy of another machine's files. */
  readonly root?: string;
  /** What the file of rules will be called, relative to the configuration; undefined when it cannot be written. */
  readonly rulesFile?: string;
}
