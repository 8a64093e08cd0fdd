import type { FileAccess } from '../contract.ts';
import type { RegexCache, RegexOptions } from '../regex/index.ts';
import type { ActionRuleNode, DirectiveNode, RuleNode, Span, Word } from '../seclang/ast.ts';
import type { Services } from './services.ts';
import type { EngineSettings } from './settings.ts';
import type { RuleSelection } from './transaction-state.ts';

/** A configuration while it is being loaded, from top to bottom. */
export interface Configuration {
  readonly settings: EngineSettings;
  readonly regexOptions: RegexOptions;
  readonly regexes: RegexCache;
  readonly files: FileAccess;
  readonly services: Services;
  /** A mistake in this directive; loading goes on to find the others. */
  error(message: string, span: Span, hint?: string): void;
  warn(message: string, span: Span, hint?: string): void;
  addRule(node: RuleNode): void;
  addAction(node: ActionRuleNode): void;
  /** A rule whose condition is a script. */
  addScript(node: ActionRuleNode, file: Word): void;
  addMarker(name: string): void;
  setDefaultActions(word: Word): void;
  include(pattern: Word, isOptional: boolean): void;
  /** Runs a check when everything has been loaded, for what depends on directives further down. */
  whenLoaded(check: () => void): void;
  /** Loads text as if it stood in place of the directive; `file` names it in messages. */
  loadText(file: string, text: string): void;
  /** Drops rules loaded so far; gives how many. */
  removeRules(selection: RuleSelection): number;
  /** Adds targets to (or replaces one in) rules loaded so far; gives how many rules were meant. */
  updateTargets(selection: RuleSelection, targets: Word, replaced: Word | undefined): number;
  /** Merges actions into rule `id`, or into the rule `offset` places behind it; false when there is none. */
  updateActions(id: number, offset: number, actions: Word): boolean;
}

/** A line as the parser gives it; SecRule and SecAction come with their parts. */
export type DirectiveLine = DirectiveNode | RuleNode | ActionRuleNode;

/** A line of the configuration language. */
export interface Directive {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Arguments as the reference shows them, for example `On|Off`. */
  readonly syntax: string;
  /** Value when the directive is absent, for the reference. */
  readonly default?: string;
  readonly minimumWords: number;
  readonly maximumWords: number;
  readonly deprecated?: string;
  /** Takes effect at once. Reports mistakes through the configuration. */
  apply(node: DirectiveLine, configuration: Configuration): void;
}

type DirectiveDefinition = Omit<Directive, 'aliases' | 'minimumWords' | 'maximumWords'> &
  Partial<Pick<Directive, 'aliases' | 'minimumWords' | 'maximumWords'>>;

/** Declares a directive; one word is expected unless the definition says otherwise. */
export function defineDirective(definition: DirectiveDefinition): Directive {
  return { aliases: [], minimumWords: 1, maximumWords: 1, ...definition };
}

/** The first word of a directive that has been checked to have one. */
export function firstWord(node: DirectiveLine): Word {
  const word = node.words[0];
  if (word === undefined) throw new Error(`${node.name} has no argument`);
  return word;
}
