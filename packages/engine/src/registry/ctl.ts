import type { Phase } from '../contract.ts';
import type { RegexCache, RegexOptions } from '../regex/index.ts';
import type { Effect } from './action.ts';

/** What a `ctl` option may use while it is compiled. */
export interface CtlContext {
  readonly regexOptions: RegexOptions;
  readonly regexes: RegexCache;
  /** Upper-case canonical name of a variable; throws an Error with a suggestion when there is none. */
  variableName(name: string): string;
  /** Names of the body processors. */
  readonly bodyProcessors: readonly string[];
  warn(message: string): void;
}

/** A word after `ctl:`. */
export interface CtlOption {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Values for the reference page, for example `On|Off`. */
  readonly values: string;
  /** Last phase in which it still has an effect; a later use is a warning at load. */
  readonly lastPhase?: Phase;
  /** Checks the value and gives the effect. Throws an Error with a readable message. */
  compile(value: string, context: CtlContext): Effect;
}

/** Declares a `ctl` option; see `ctl/rule-engine.ts`. */
export function defineCtl(
  definition: Omit<CtlOption, 'aliases'> & { readonly aliases?: readonly string[] },
): CtlOption {
  return { aliases: [], ...definition };
}
