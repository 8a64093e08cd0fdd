import type { Phase } from '../contract.ts';
import type { RegexCache, RegexOptions } from '../regex/index.ts';
import type { Span } from '../seclang/ast.ts';
import type { CtlContext, CtlOption } from './ctl.ts';
import type { MacroText } from './macro.ts';
import type { CompiledScript, ProgramRunner } from './services.ts';
import type { TransactionState } from './transaction-state.ts';
import type { Transformation } from './transformation.ts';

/** What happens to the exchange when a rule matches. */
export type Disruption =
  | { readonly kind: 'block' }
  | { readonly kind: 'pass' | 'deny' | 'drop' }
  | { readonly kind: 'redirect' | 'proxy'; readonly url: MacroText }
  | { readonly kind: 'allow'; readonly scope: 'all' | 'phase' | 'request' }
  | { readonly kind: 'pause'; readonly milliseconds: MacroText };

/** Something a match does; runs for every matching value. A promise suspends the transaction. */
export interface Effect {
  (tx: TransactionState): void | Promise<void>;
  /** Where it reads and writes nothing but TX, so that what it does to the same TX is always the same. */
  readonly tx?: TxUse;
  /** The variable of TX it sets, where that is one by its name, wherever the value comes from. */
  readonly setsTx?: string | undefined;
  /** Where it never waits, and rules behind it are run as they would be without it; unlike a switch of the engine. */
  readonly isPrompt?: true;
}

/** Marks an effect that never waits, and leaves the run of the rules behind it as it is. */
export function promptly(effect: Effect): Effect {
  return Object.assign(effect, { isPrompt: true as const });
}

/** What an effect does with TX. */
export interface TxUse {
  /** The names of the variables it reads; undefined where one comes up only while rules run. */
  readonly reads: readonly string[] | undefined;
  /** The names of those it sets; undefined where one comes up only while rules run, or one is removed. */
  readonly sets: readonly string[] | undefined;
}

/** A rule under construction: actions write their part into it, in list order. */
export interface RuleBuilder {
  id: number | undefined;
  phase: Phase;
  revision: string | undefined;
  version: string | undefined;
  message: MacroText | undefined;
  data: MacroText | undefined;
  severity: number | undefined;
  maturity: number | undefined;
  accuracy: number | undefined;
  readonly tags: MacroText[];
  disruption: Disruption;
  /** `undefined` until an action sets it; 403 is used then. */
  status: number | undefined;
  log: boolean;
  auditLog: boolean;
  capture: boolean;
  multiMatch: boolean;
  isChain: boolean;
  skip: number;
  skipAfter: string | undefined;
  readonly transformations: Transformation[];
  readonly effects: Effect[];
  /** Effects that come too late in later phases; checked when the phase of the whole chain is known. */
  readonly deadlines: { readonly what: string; readonly lastPhase: Phase }[];
  readonly namespaces: Map<string, string>;
  /** `marker`: label that `skipAfter` can name. */
  marker: string | undefined;
  /** `sanitiseMatchedBytes`: how many bytes of what the operator matched stay readable. */
  maskMatchedBytes: { readonly first: number; readonly last: number } | undefined;
  /** `prepend` or `append` is among the actions, so content injection should be on. */
  injectsContent: boolean;
}

/** What an action may use while it is compiled. */
export interface ActionContext {
  readonly argumentSpan: Span;
  readonly regexOptions: RegexOptions;
  readonly regexes: RegexCache;
  macro(text: string): MacroText;
  /** Throws an Error with a suggestion when there is no such transformation. */
  transformation(name: string): Transformation;
  /** Throws an Error with a suggestion when there is no such option. */
  ctlOption(name: string): CtlOption;
  /** Reads and compiles a script named in an argument; absent where scripts cannot be run. Throws an Error with a readable message. */
  readonly compileScript?: ((path: string) => CompiledScript) | undefined;
  /** Runs programs; absent where there is no way to. */
  readonly programs?: ProgramRunner | undefined;
  /** `path` as seen from the directory of the rule file. */
  resolvePath(path: string): string;
  /** What the options of `ctl` may use. */
  readonly ctl: CtlContext;
  warn(message: string): void;
}

/** Actions of one group replace each other within a list and when lists are merged. */
export type ActionGroup = 'disruptive';

/** A word of the action list. */
export interface Action {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly kind: 'metadata' | 'data' | 'flow' | 'disruptive' | 'non-disruptive';
  readonly argument: 'required' | 'optional' | 'none';
  /** `one`: the last in a merged list counts. `many`: they accumulate. */
  readonly cardinality: 'one' | 'many';
  readonly group?: ActionGroup;
  /** Whether a chained rule other than the first may carry it. */
  readonly inFollower: boolean;
  /** Whether `SecDefaultAction` may carry it. */
  readonly inDefault: boolean;
  readonly deprecated?: string;
  /** Checks the argument and gives what the action does to a rule. Throws an Error with a readable message. */
  compile(argument: string, context: ActionContext): (rule: RuleBuilder) => void;
}

type ActionDefinition = Omit<Action, 'aliases' | 'cardinality' | 'inFollower' | 'inDefault'> &
  Partial<Pick<Action, 'aliases' | 'cardinality' | 'inFollower' | 'inDefault'>>;

/** Declares an action; see `actions/capture.ts` for a small example. */
export function defineAction(definition: ActionDefinition): Action {
  const belongsToStarter = definition.kind === 'disruptive' || definition.kind === 'metadata';
  return {
    aliases: [],
    cardinality: 'one',
    inFollower: !belongsToStarter,
    inDefault: definition.kind !== 'metadata' && definition.kind !== 'flow',
    ...definition,
  };
}
