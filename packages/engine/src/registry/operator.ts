import type { ByteSet } from '../bytes/byte-set.ts';
import type { MatchBudget, Regex, RegexCache, RegexOptions } from '../regex/index.ts';
import type { MacroText } from './macro.ts';
import type { CompiledScript, ProgramRunner, XmlValidation } from './services.ts';
import type { EngineSettings } from './settings.ts';
import type { TransactionState } from './transaction-state.ts';

/** A way to ask DNS. */
export interface NameResolver {
  /** The IPv4 addresses of a name; none when it does not exist. Rejects when the question could not be answered. */
  resolve4(name: string): Promise<readonly string[]>;
}

/** What an operator may use while it is compiled, that is, at load time. */
export interface OperatorContext {
  /** Flags every `@rx` gets (dot-all and dollar-end-only unless configured otherwise). */
  readonly regexOptions: RegexOptions;
  /** Shares equal patterns among rules. */
  readonly regexes: RegexCache;
  /** Reads a file named in an operator argument, relative to the rule file; a byte string. Throws when unreadable. */
  readFile(path: string): string;
  /** Compiles text with `%{…}`, for operators that take their argument apart. */
  macro(text: string): MacroText;
  /** `path` as seen from the directory of the rule file. */
  resolvePath(path: string): string;
  /** A list declared with `SecDataset`; undefined when there is none of that name. */
  dataset(name: string): readonly string[] | undefined;
  /** Looks names up in DNS; absent where the engine has no way to do that, and then `@rbl` cannot be used. */
  readonly resolver?: NameResolver;
  /** Reads and compiles a script named in an argument; absent where scripts cannot be run. Throws an Error with a readable message. */
  readonly compileScript?: ((path: string) => CompiledScript) | undefined;
  /** Runs programs; absent where there is no way to. */
  readonly programs?: ProgramRunner;
  /** Validates XML documents; absent where there is no way to. */
  readonly xmlValidation?: XmlValidation;
  /** The settings of the whole configuration: complete when rules run, not yet when they are compiled. */
  readonly settings: Readonly<EngineSettings>;
  /** `SecHttpBlKey`, the key for `dnsbl.httpbl.org`. */
  readonly httpBlKey?: string;
  /** Reports something odd about the argument that does not prevent loading. */
  warn(message: string): void;
}

/** What an operator may use while it runs. */
export interface OperatorScope {
  readonly tx: TransactionState;
  /** Deterministic fuel for regular expressions; `exceeded` tells that a verdict was cut short. */
  readonly budget: MatchBudget;
}

/**
 * What can be known about a verdict before it is asked for; it lets the optimized evaluator leave values out.
 *
 * - `harmless`: asking has no side effects, so it may be asked once more or in vain; the verdict may depend on the transaction
 * - `value`: harmless, and the verdict is a function of the value alone
 * - `regex`: as `value`, and what matches also matches this pattern
 * - `phrases`: as `value`, and what matches contains one of these texts, in whatever ASCII case
 * - `bytes`: as `value`, and what matches contains one of these bytes
 *
 * A wrong forecast hides attacks: a property test in `compile/prefilter` holds every operator to what it says here.
 */
export type Forecast =
  | { readonly kind: 'harmless' | 'value' }
  | { readonly kind: 'regex'; readonly regex: Regex }
  | { readonly kind: 'phrases'; readonly phrases: readonly string[] }
  | { readonly kind: 'bytes'; readonly bytes: ByteSet };

/** A compiled operator: one per rule, used for every value. */
export interface Matcher {
  /** Absent when nothing is known: then every value is asked about exactly once, in order. */
  readonly forecast?: Forecast;
  /** The verdict on one transformed value. Throws {@link OperatorError} when the value cannot be judged at all. */
  test(value: string, scope: OperatorScope): boolean;
  /**
   * Same for operators that must wait (name look-ups, external programs). When present the evaluator suspends the
   * transaction and `test` is not called.
   */
  testLater?(value: string, scope: OperatorScope): Promise<boolean>;
  /** The log sentence for a match, as ModSecurity 2 words it, for example `String match "/admin" at REQUEST_URI.` */
  describe(value: string, name: string, scope: OperatorScope): string;
  /** What the `capture` action stores: TX.0 first, `undefined` for a group that took no part. Only asked after a match. */
  captures?(value: string, scope: OperatorScope): readonly (string | undefined)[];
  /** The matched bytes as `[start, end)` in the value, for explanations and masking. Only asked after a match. */
  span?(value: string, scope: OperatorScope): readonly [start: number, end: number] | undefined;
}

/** The value cannot be judged (a rule error): counts as no match, also when negated, and ends the chain. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

export interface OperatorExample {
  readonly argument: string;
  readonly value: string;
  readonly matches: boolean;
  /** Expected `captures`, where the example shows them. */
  readonly captures?: readonly (string | undefined)[];
}

/** An `@name` of the language. */
export interface Operator {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly examples: readonly OperatorExample[];
  /** Whether an argument must, may or must not be given. */
  readonly argument: 'required' | 'optional' | 'none';
  /** Whether `%{…}` in the argument is expanded at each evaluation. */
  readonly macros: boolean;
  readonly deprecated?: string;
  /** The only variables it can look at; a rule that gives it others is refused. */
  readonly targets?: readonly string[];
  /** Turns the argument into a matcher. Everything that can fail fails here, by throwing an Error with a readable message. */
  compile(argument: MacroText, context: OperatorContext): Matcher;
}

type OperatorDefinition = Omit<Operator, 'aliases' | 'macros' | 'argument'> &
  Partial<Pick<Operator, 'aliases' | 'macros' | 'argument'>>;

/** Declares an operator; see `operators/begins-with.ts` for the smallest example. */
export function defineOperator(definition: OperatorDefinition): Operator {
  return { aliases: [], macros: false, argument: 'required', ...definition };
}
