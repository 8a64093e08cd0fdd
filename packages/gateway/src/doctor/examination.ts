/** What the doctor looks at, and what it finds. */
import type { Config } from '../config/config.ts';

/** `wrong`: the gate will not start or not hold; `weak`: it works, and could be better; `fine`: it is as it should be. */
export type Severity = 'wrong' | 'weak' | 'fine';

export interface Finding {
  readonly severity: Severity;
  readonly what: string;
  /** What to do about it. */
  readonly hint?: string;
}

export interface Examination {
  /** A heading for its findings. */
  readonly name: string;
  /** `config` is undefined when there is no configuration, or none that can be read; `file` is where it was read from, if anywhere. */
  examine(config: Config | undefined, file: string | undefined): Promise<readonly Finding[]> | readonly Finding[];
}
