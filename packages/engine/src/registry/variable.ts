import type { Phase } from '../contract.ts';
import type { Regex } from '../regex/index.ts';
import type { Member } from './member.ts';
import type { TransactionState } from './transaction-state.ts';

/** Reads the members a selector picks; made at load. */
export type SelectorReader = (tx: TransactionState) => readonly Member[];

/** What a variable may use while a selector is compiled. */
export interface SelectorContext {
  /** `xmlns:prefix=uri` actions of the rule. */
  readonly namespaces: ReadonlyMap<string, string>;
  warn(message: string): void;
}

/** A word of the target list. */
export interface Variable {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly kind: 'scalar' | 'collection';
  /** Whether `NAME:selector` must, may or must not be written. */
  readonly selector: 'required' | 'optional' | 'none';
  /** First phase in which it can have a value. */
  readonly phase: Phase;
  readonly deprecated?: string;
  /** All members, in order of arrival; empty when the variable has no value. */
  members(tx: TransactionState): readonly Member[];
  /** The members with one key (compared caseless), where that is quicker than looking through all. */
  find?(tx: TransactionState, key: string): readonly Member[];
  /** The members whose key a pattern matches, where that is quicker than looking through all; undefined where it is not. */
  select?(tx: TransactionState, pattern: Regex): readonly Member[] | undefined;
  /** For selectors that are neither key nor regex (XPath). Throws an Error with a readable message. */
  compileSelector?(selector: string, context: SelectorContext): SelectorReader;
  /** Members change while a phase runs (TX, MATCHED_VARS …), so readers must not remember them. */
  readonly isVolatile: boolean;
}

type VariableDefinition = Omit<Variable, 'aliases' | 'isVolatile' | 'phase' | 'selector'> &
  Partial<Pick<Variable, 'aliases' | 'isVolatile' | 'phase' | 'selector'>>;

/** Declares a variable; see `variables/request-method.ts` for the smallest example. */
export function defineVariable(definition: VariableDefinition): Variable {
  const selector = definition.kind === 'scalar' ? 'none' : 'optional';
  return { aliases: [], isVolatile: false, phase: 1, selector, ...definition };
}
