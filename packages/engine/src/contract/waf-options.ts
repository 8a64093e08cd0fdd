import type { CollectionStore } from '../collections/store.ts';
import type { RuleCache } from '../compile/rule-cache.ts';
import type { Plugin } from '../registry/plugin.ts';
import type { Services } from '../registry/services.ts';
import type { ConditionCost, MeasuredCondition } from './measurement.ts';
import type { EngineMessage } from './messages.ts';
import type { RuleMatch } from './rule-match.ts';
import type { Transaction } from './transaction.ts';

/** Everything a rule set needs; of the {@link Services}, what is absent is refused where a rule asks for it. */
export interface WafOptions extends Services {
  /** Loaded in this order, as if they were one file. A string names a file to be read through `files`. */
  readonly rules: readonly (RuleSource | string)[];
  /** Needed for file names in `rules`, `Include` and operators such as `@pmFromFile`. */
  readonly files?: FileAccess;
  /** Words of your own for the rule language, written in TypeScript; see `@sallyport/engine/plugin`. */
  readonly plugins?: readonly Plugin[];
  /** Where persistent collections live; in memory by default. */
  readonly collections?: CollectionStore;
  /** Called for every rule match that is to be logged, at the moment it happens and in order. */
  readonly onMatch?: (match: RuleMatch, transaction: Transaction) => void;
  /** Called for engine messages of levels 1-3 (errors, warnings, notices), for the error log. */
  readonly onMessage?: (message: EngineMessage, transaction: Transaction) => void;
  /** Milliseconds since the epoch; a parameter so that tests and replay can set the time. */
  readonly now?: () => number;
  /**
   * How rules are run: `optimized` (the default) leaves out what cannot match, `reference` looks at everything. Both decide
   * the same; the second is there to prove it.
   */
  readonly evaluator?: 'optimized' | 'reference';
  /**
   * What becomes of a request whose inspection needs more work than one request may cause: `refuse` (the default) answers
   * 403, `continue` goes on with what is left of the rules as if nothing else matched. Either way the error log names the
   * rule and the variable, and rules can see TX:MSC_PCRE_LIMITS_EXCEEDED.
   */
  readonly onBudgetExhausted?: 'refuse' | 'continue';
  /**
   * Lets others have the thread; resolves when it is this request's turn again. Called in the middle of a phase whenever one
   * request has kept the thread busy for some milliseconds. Without it phases run to their end in one go. A rejection ends the
   * phase, which rejects with the same.
   */
  readonly yieldControl?: (transaction: Transaction) => Promise<void>;
  /**
   * What the leaves of a JSON body are called: `{"a":[{"b":1}]}` gives `ARGS:a.a.b` with the names of ModSecurity 2 (the
   * default), which rule sets are written for, `ARGS:json.a.array_0.b` with those of ModSecurity 3, and `ARGS:json.a.0.b` with
   * those of Coraza, where `ARGS:json.a` is the length of the array.
   */
  readonly jsonNames?: JsonNames;
  /**
   * For profilers: called once for each condition when the rules are loaded; what running it costs is added to the object it
   * gives. Without it nothing is measured.
   */
  readonly measure?: (condition: MeasuredCondition) => ConditionCost;
  /** From `createRuleCache`; firewalls that are given the same one share their compiled patterns. */
  readonly cache?: RuleCache;
}

/** A file of rules, or text that is treated as one. */
export interface RuleSource {
  /** Name for diagnostics and logs; relative paths in the text are resolved against its directory. */
  readonly file: string;
  readonly text: string;
}

/** How the engine reaches files; `@sallyport/engine/node` has one for the local disk. */
export interface FileAccess {
  /** Content of a file as a byte string. Throws when it cannot be read. */
  read(path: string): string;
  /** Files a path or glob names, sorted bytewise; empty when there are none. */
  list(pattern: string): readonly string[];
  /** `path` as seen from the directory of `from`; absolute paths stay as they are. */
  resolve(from: string, path: string): string;
}

/** Whose names the leaves of a JSON body have. */
export type JsonNames = 'modsecurity2' | 'modsecurity3' | 'coraza';
