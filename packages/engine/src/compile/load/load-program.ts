import type { FileAccess, RuleSource } from '../../contract.ts';
import { isModsec1, type Modsec1Translator } from '../../modsec1/index.ts';
import type { RegexCache, RegexOptions } from '../../regex/index.ts';
import type { Configuration, DirectiveLine } from '../../registry/directive.ts';
import { UnknownNameError } from '../../registry/registry.ts';
import type { Services } from '../../registry/services.ts';
import type { EngineSettings } from '../../registry/settings.ts';
import type { RuleSelection } from '../../registry/transaction-state.ts';
import type { ActionRuleNode, Node, RuleNode, Span, Word } from '../../seclang/ast.ts';
import { Diagnostics } from '../../seclang/diagnostics.ts';
import { parseSecLang } from '../../seclang/parse.ts';
import { parseActions } from '../../seclang/parse-actions.ts';
import { wordOf } from '../../seclang/word.ts';
import { type BoundAction, bindActions } from '../bind-actions.ts';
import { type BoundLink, bindRule, bindScriptRule, bindUnconditional } from '../bind-link.ts';
import type { BindingContext } from '../binding-context.ts';
import { codes } from '../codes.ts';
import { linkProgram } from '../link-program.ts';
import { createModsec1Translator, reportModsec1 } from '../modsec1.ts';
import type { Program } from '../program.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isBlockLoaded } from './conditional-block.ts';
import { DefaultActions } from './default-actions.ts';
import { RuleAssembly } from './rule-assembly.ts';
import { RuleDrafts } from './rule-drafts.ts';
import { SourceFiles } from './source-files.ts';
import { updateActions, updateTargets } from './update-rules.ts';

const BUILT_IN_DEFAULT = 'log,auditlog,pass';

export interface LoadOptions {
  readonly sources: readonly (RuleSource | string)[];
  readonly files: FileAccess;
  readonly vocabulary: Vocabulary;
  readonly settings: EngineSettings;
  readonly regexes: RegexCache;
  readonly regexOptions: RegexOptions;
  readonly services: Services;
}

export interface LoadResult {
  /** Undefined when there are errors. */
  readonly program: Program | undefined;
  readonly diagnostics: Diagnostics;
}

/** Reads a configuration from top to bottom and compiles it. Every mistake ends up in `diagnostics`; nothing is thrown. */
export function loadProgram(options: LoadOptions): LoadResult {
  const loader = new Loader(options);
  for (const source of options.sources) loader.loadSource(source);
  const program = loader.finish();
  return { program, diagnostics: loader.diagnostics };
}

/** The configuration being built; directives act on it through the {@link Configuration} contract. */
class Loader implements Configuration {
  readonly diagnostics: Diagnostics = new Diagnostics();
  readonly settings: EngineSettings;
  readonly files: FileAccess;
  readonly regexes: RegexCache;
  readonly regexOptions: RegexOptions;
  readonly services: Services;
  readonly #context: BindingContext;
  readonly #sources: SourceFiles;
  readonly #defaults: DefaultActions;
  readonly #drafts: RuleDrafts;
  readonly #assembly: RuleAssembly;
  readonly #checks: (() => void)[] = [];
  /** One for all files, since 1.x had one list of default actions and ids must not meet. */
  #modsec1: Modsec1Translator | undefined;

  constructor({ vocabulary, settings, files, regexes, regexOptions, services }: LoadOptions) {
    this.settings = settings;
    this.files = files;
    this.regexes = regexes;
    this.regexOptions = regexOptions;
    this.services = services;
    const { diagnostics } = this;
    this.#context = { vocabulary, diagnostics, regexes, regexOptions, files, services, settings };
    this.#sources = new SourceFiles(files, diagnostics, (file, text) => this.loadText(file, text));
    this.#defaults = new DefaultActions(this.#bindActions(wordOf(BUILT_IN_DEFAULT, 'built-in')), diagnostics);
    this.#drafts = new RuleDrafts(diagnostics);
    this.#assembly = new RuleAssembly(this.#drafts, this.#defaults, diagnostics);
  }

  loadSource(source: RuleSource | string): void {
    if (typeof source === 'string') this.#sources.load(source, wordOf(source, source).span);
    else this.loadText(source.file, source.text);
  }

  /** Links what has been loaded; undefined when anything was wrong. */
  finish(): Program | undefined {
    this.#assembly.finish();
    for (const check of this.#checks) check();
    const program = linkProgram(this.settings, this.#drafts.rules, this.#drafts.markers, this.diagnostics);
    return this.diagnostics.hasErrors ? undefined : program;
  }

  whenLoaded(check: () => void): void {
    this.#checks.push(check);
  }

  error(message: string, span: Span, hint?: string): void {
    this.diagnostics.error(codes.badDirectiveValue, message, span, hint);
  }

  warn(message: string, span: Span, hint?: string): void {
    this.diagnostics.warning(codes.nothingSelected, message, span, hint);
  }

  include(pattern: Word, isOptional: boolean): void {
    this.#sources.include(pattern, isOptional);
  }

  loadText(file: string, text: string): void {
    for (const node of this.#modernised(parseSecLang(file, text, this.diagnostics).nodes)) this.#loadNode(node);
  }

  /** Rules of ModSecurity 1.x in today's language; other rules as they are. */
  #modernised(nodes: readonly Node[]): readonly Node[] {
    if (!isModsec1(nodes)) return nodes;
    this.#modsec1 ??= createModsec1Translator(this.#context.vocabulary, this.regexes, this.regexOptions);
    const translation = this.#modsec1.translate(nodes);
    reportModsec1(translation.lines, this.diagnostics);
    return translation.nodes;
  }

  #loadNode(node: Node): void {
    switch (node.kind) {
      case 'comment':
        return;
      case 'block':
        if (isBlockLoaded(node, this.diagnostics)) for (const child of node.children) this.#loadNode(child);
        return;
      case 'directive':
      case 'rule':
      case 'action':
        this.#loadDirective(node);
    }
  }

  #loadDirective(node: DirectiveLine): void {
    try {
      const directive = this.#context.vocabulary.directives.require(node.name);
      if (directive.deprecated !== undefined) {
        this.diagnostics.warning(
          codes.deprecated,
          `${directive.name} is obsolete`,
          node.nameSpan,
          directive.deprecated,
        );
      }
      const count = node.words.length;
      if (count < directive.minimumWords || count > directive.maximumWords) {
        this.diagnostics.error(
          codes.wrongWordCount,
          `${directive.name} does not take ${count} argument${count === 1 ? '' : 's'}`,
          node.span,
          `write ${directive.name} ${directive.syntax}`.trimEnd(),
        );
        return;
      }
      directive.apply(node, this);
    } catch (cause) {
      if (!(cause instanceof UnknownNameError)) throw cause;
      this.diagnostics.error(codes.unknownDirective, cause.message, node.nameSpan, cause.hint);
    }
  }

  addMarker(name: string): void {
    this.#drafts.addMarker(name);
  }

  setDefaultActions(word: Word): void {
    this.#defaults.set(this.#bindActions(word), word.span);
  }

  addRule(node: RuleNode): void {
    this.#addLink((context) => bindRule(node, context));
  }

  addAction(node: ActionRuleNode): void {
    this.#addLink((context) => bindUnconditional(node, context));
  }

  addScript(node: ActionRuleNode, file: Word): void {
    this.#addLink((context) => bindScriptRule(node, file, context));
  }

  /** Under SecIgnoreRuleCompilationErrors the mistakes of a rule become warnings, and the rule is left out. */
  #addLink(bind: (context: BindingContext) => BoundLink): void {
    const isTolerant = this.settings.ignoreRuleCompilationErrors;
    const diagnostics = isTolerant ? new Diagnostics() : this.diagnostics;
    const { link, isUsable } = bind(isTolerant ? { ...this.#context, diagnostics } : this.#context);
    if (isTolerant) {
      for (const { severity, code, message, span, hint } of diagnostics.all) {
        const text = severity === 'error' ? `the rule is left out: ${message}` : message;
        this.diagnostics.warning(code, text, span, hint);
      }
    }
    if (isUsable && !(isTolerant && diagnostics.hasErrors)) this.#assembly.add(link);
    else this.#assembly.skip(link);
  }

  removeRules(selection: RuleSelection): number {
    return this.#drafts.remove(selection);
  }

  updateTargets(selection: RuleSelection, targets: Word, replaced: Word | undefined): number {
    const meant = this.#drafts.selected(selection);
    updateTargets(meant, targets, replaced, this.#context);
    return meant.length;
  }

  updateActions(id: number, offset: number, actions: Word): boolean {
    const link = this.#drafts.rules.find((rule) => rule.id === id)?.links[offset];
    if (link === undefined) return false;
    updateActions(link, actions, this.#context);
    return true;
  }

  #bindActions(word: Word): readonly BoundAction[] {
    return bindActions(parseActions(word, this.diagnostics), this.#context);
  }
}
