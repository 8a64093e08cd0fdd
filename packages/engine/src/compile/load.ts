import type { FileAccess, Phase, RuleSource } from '../contract.ts';
import { isModsec1, type Modsec1Translator } from '../modsec1/index.ts';
import { NO_SCRIPTS } from '../programs/scripts.ts';
import type { RegexCache, RegexOptions } from '../regex/index.ts';
import type { RuleBuilder } from '../registry/action.ts';
import type { Configuration, DirectiveLine } from '../registry/directive.ts';
import { constantText } from '../registry/macro.ts';
import { UnknownNameError } from '../registry/registry.ts';
import type { Services } from '../registry/services.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { RuleSelection } from '../registry/transaction-state.ts';
import type { ActionRuleNode, BlockNode, Node, RuleNode, Span, Word } from '../seclang/ast.ts';
import { Diagnostics } from '../seclang/diagnostics.ts';
import { parseSecLang } from '../seclang/parse.ts';
import { parseActions } from '../seclang/parse-actions.ts';
import { parseTargets } from '../seclang/parse-targets.ts';
import { wordOf } from '../seclang/word.ts';
import { type BoundAction, bindActions, buildRule } from './bind-actions.ts';
import { bindOperator } from './bind-operator.ts';
import { scriptBinder } from './bind-script.ts';
import { type BoundTarget, bindTargets, isSameTarget, reasonOf } from './bind-targets.ts';
import type { BindingContext } from './binding-context.ts';
import { codes } from './codes.ts';
import type { LinkDraft, MarkerDraft, RuleDraft } from './draft.ts';
import { linkProgram } from './link-program.ts';
import { createModsec1Translator, reportModsec1 } from './modsec1.ts';
import type { Program, Test } from './program.ts';
import { scriptMatcher } from './script-matcher.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Deepest nesting of Include. */
const MAXIMUM_INCLUDE_DEPTH = 32;

const BUILT_IN_DEFAULT = 'log,auditlog,pass';

/** Most rules look at no XML. */
const NONE_NAMED: Pick<RuleBuilder, 'namespaces'> = { namespaces: new Map() };

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

/** A rule whose words have been looked up; `isUsable` is false where that did not work out. */
interface BoundLink {
  readonly link: LinkDraft;
  readonly isUsable: boolean;
}

/** The configuration being built; directives act on it through the {@link Configuration} contract. */
class Loader implements Configuration {
  readonly diagnostics: Diagnostics = new Diagnostics();
  readonly settings: EngineSettings;
  readonly files: FileAccess;
  readonly regexes: RegexCache;
  readonly regexOptions: RegexOptions;
  readonly services: Services;
  readonly #vocabulary: Vocabulary;
  readonly #openFiles: string[] = [];
  readonly #firstUseOfId = new Map<number, Span>();
  readonly #defaults = new Map<Phase, readonly BoundAction[]>();
  readonly #builtInDefault: readonly BoundAction[];
  #rules: RuleDraft[] = [];
  readonly #markers: MarkerDraft[] = [];
  readonly #checks: (() => void)[] = [];
  #order = 0;
  /** One for all files, since 1.x had one list of default actions and ids must not meet. */
  #modsec1: Modsec1Translator | undefined;
  /** The chain that still expects a link; `undefined` as rule when the starter itself was wrong. */
  #openChain: { readonly rule: RuleDraft | undefined; readonly span: Span } | undefined;

  constructor(options: LoadOptions) {
    this.settings = options.settings;
    this.files = options.files;
    this.regexes = options.regexes;
    this.regexOptions = options.regexOptions;
    this.#vocabulary = options.vocabulary;
    this.services = options.services;
    this.#builtInDefault = this.#bindActions(wordOf(BUILT_IN_DEFAULT, 'built-in'));
  }

  loadSource(source: RuleSource | string): void {
    if (typeof source !== 'string') {
      this.loadText(source.file, source.text);
      return;
    }
    this.#loadFile(source, wordOf(source, source).span);
  }

  /** Links what has been loaded; undefined when anything was wrong. */
  finish(): Program | undefined {
    this.#reportOpenChain();
    for (const check of this.#checks) check();
    const program = linkProgram(this.settings, this.#rules, this.#markers, this.diagnostics);
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

  #loadFile(path: string, span: Span): void {
    if (this.#openFiles.includes(path)) {
      this.diagnostics.error(codes.includeCycle, `${path} includes itself`, span);
      return;
    }
    if (this.#openFiles.length >= MAXIMUM_INCLUDE_DEPTH) {
      this.diagnostics.error(codes.includeCycle, `Include is nested deeper than ${MAXIMUM_INCLUDE_DEPTH} files`, span);
      return;
    }
    let text: string;
    try {
      text = this.files.read(path);
    } catch (cause) {
      this.diagnostics.error(codes.unreadableFile, `cannot read ${path}: ${reasonOf(cause)}`, span);
      return;
    }
    this.#openFiles.push(path);
    this.loadText(path, text);
    this.#openFiles.pop();
  }

  loadText(file: string, text: string): void {
    for (const node of this.#modernised(parseSecLang(file, text, this.diagnostics).nodes)) this.#loadNode(node);
  }

  /** Rules of ModSecurity 1.x in today's language; other rules as they are. */
  #modernised(nodes: readonly Node[]): readonly Node[] {
    if (!isModsec1(nodes)) return nodes;
    this.#modsec1 ??= createModsec1Translator(this.#vocabulary, this.regexes, this.regexOptions);
    const translation = this.#modsec1.translate(nodes);
    reportModsec1(translation.lines, this.diagnostics);
    return translation.nodes;
  }

  #loadNode(node: Node): void {
    switch (node.kind) {
      case 'comment':
        return;
      case 'block':
        this.#loadBlock(node);
        return;
      case 'directive':
      case 'rule':
      case 'action':
        this.#loadDirective(node);
    }
  }

  /** `<IfModule>` of ModSecurity itself is true, of any other module false; other blocks belong to Apache. */
  #loadBlock(node: BlockNode): void {
    const condition = node.words[0]?.text ?? '';
    switch (node.name.toLowerCase()) {
      case 'ifmodule': {
        const isNegated = condition.startsWith('!');
        const module = (isNegated ? condition.slice(1) : condition).toLowerCase();
        const isPresent = ['security2_module', 'mod_security2.c', 'security3_module'].includes(module);
        if (isPresent !== isNegated) for (const child of node.children) this.#loadNode(child);
        return;
      }
      case 'ifdefine':
        if (condition.startsWith('!')) for (const child of node.children) this.#loadNode(child);
        return;
      default:
        this.diagnostics.error(
          codes.contextBlock,
          `<${node.name}> belongs to the web server, not to the rule language`,
          node.nameSpan,
          'give rule sets to routes in the configuration of the gateway',
        );
    }
  }

  #loadDirective(node: DirectiveLine): void {
    try {
      const directive = this.#vocabulary.directives.require(node.name);
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

  include(pattern: Word, isOptional: boolean): void {
    const paths = this.files.list(this.files.resolve(pattern.span.file, pattern.text));
    if (paths.length === 0 && !isOptional) {
      this.diagnostics.error(
        codes.nothingIncluded,
        `Include finds no file for ${pattern.text}`,
        pattern.span,
        'IncludeOptional accepts that there is none',
      );
    }
    for (const path of paths) this.#loadFile(path, pattern.span);
  }

  addMarker(name: string): void {
    this.#markers.push({ name, order: this.#order++ });
  }

  setDefaultActions(word: Word): void {
    const actions = this.#bindActions(word);
    for (const { definition, node } of actions) {
      if (definition.inDefault) continue;
      this.diagnostics.error(codes.notInDefault, `SecDefaultAction cannot carry ${definition.name}`, node.span);
    }
    const has = (name: string): boolean => actions.some((action) => action.definition.name === name);
    const isDisruptive = actions.some((action) => action.definition.group === 'disruptive');
    if (!has('phase') || !isDisruptive) {
      this.diagnostics.error(
        codes.incompleteDefault,
        'SecDefaultAction needs a phase and a disruptive action',
        word.span,
        'write for example phase:2,log,auditlog,pass',
      );
      return;
    }
    // The phase selects the slot; rules of that phase have it anyway.
    this.#defaults.set(
      buildRule(actions).phase,
      actions.filter((action) => action.definition.name !== 'phase'),
    );
  }

  addRule(node: RuleNode): void {
    this.#loadRule(node, (context) => this.#bindRule(node, context));
  }

  addAction(node: ActionRuleNode): void {
    this.#loadRule(node, (context) => ({
      link: { node, targets: [], test: undefined, actions: bindActions(node.actions, context) },
      isUsable: true,
    }));
  }

  addScript(node: ActionRuleNode, file: Word): void {
    this.#loadRule(node, (context) => {
      const actions = bindActions(node.actions, context);
      const test = this.#bindScriptTest(file, context);
      return { link: { node, targets: [], test, actions }, isUsable: test !== undefined };
    });
  }

  #bindScriptTest(file: Word, context: BindingContext): Test | undefined {
    const { scripts } = this.services;
    try {
      if (scripts === undefined) throw new Error(NO_SCRIPTS);
      const script = scriptBinder(file.span.file, scripts, context)(file.text);
      return { name: 'script', argument: constantText(file.text), isNegated: false, matcher: scriptMatcher(script) };
    } catch (cause) {
      context.diagnostics.error(codes.badOperatorArgument, `SecRuleScript: ${reasonOf(cause)}`, file.span);
      return undefined;
    }
  }

  #bindRule(node: RuleNode, context: BindingContext): BoundLink {
    const { diagnostics } = context;
    const actions = bindActions(node.actions, context);
    const { namespaces } = actions.some(({ definition }) => definition.name === 'xmlns')
      ? buildRule(actions)
      : NONE_NAMED;
    const targets = bindTargets(node.targets, { ...context, namespaces });
    const test = bindOperator(node.operator, { ...context, settings: this.settings });
    const link = { node, targets, test, actions };
    if (test === undefined || (targets.length === 0 && node.targets.length > 0)) return { link, isUsable: false };
    const foreign = targets.find((target) => test.targets?.includes(target.variable.name) === false);
    if (foreign !== undefined) {
      diagnostics.error(
        codes.badOperatorArgument,
        `@${test.name} cannot look at ${foreign.variable.name}`,
        node.operator.nameSpan,
        `it is for ${test.targets?.join(' and ')}`,
      );
    }
    if (!targets.some((target) => !target.isExclusion)) {
      diagnostics.warning(codes.noTargets, 'the rule looks at nothing, so it never matches', node.span);
    }
    return { link, isUsable: true };
  }

  /** Under SecIgnoreRuleCompilationErrors the mistakes of a rule become warnings, and the rule is left out. */
  #loadRule(node: RuleNode | ActionRuleNode, bind: (context: BindingContext) => BoundLink): void {
    const isTolerant = this.settings.ignoreRuleCompilationErrors;
    const diagnostics = isTolerant ? new Diagnostics() : this.diagnostics;
    const { link, isUsable } = bind({ ...this.#bindingContext(), diagnostics });
    if (isTolerant) {
      for (const { severity, code, message, span, hint } of diagnostics.all) {
        const text = severity === 'error' ? `the rule is left out: ${message}` : message;
        this.diagnostics.warning(code, text, span, hint);
      }
    }
    if (isUsable && !(isTolerant && diagnostics.hasErrors)) this.#addLink(link);
    else this.#skipBrokenLink(node, link.actions);
  }

  /**
   * Keeps track of chains around a rule that is left out, so that one mistake is not reported as several. A chain without one
   * of its links would match more than it was written for, so the whole of it goes.
   */
  #skipBrokenLink(node: RuleNode | ActionRuleNode, actions: readonly BoundAction[]): void {
    const built = buildRule(actions);
    const chain = this.#openChain;
    if (chain === undefined && built.id !== undefined) this.#claimId(built.id, node.span);
    if (chain?.rule !== undefined) this.#rules = this.#rules.filter((rule) => rule !== chain.rule);
    this.#openChain = built.isChain ? { rule: undefined, span: node.span } : undefined;
  }

  #addLink(link: LinkDraft): void {
    const built = buildRule(link.actions);
    const chain = this.#openChain;
    const span = link.node.nameSpan;
    if (chain !== undefined) {
      this.#checkFollower(link);
      chain.rule?.links.push(link);
      this.#openChain = built.isChain ? { rule: chain.rule, span } : undefined;
      return;
    }
    this.#openChain = built.isChain ? { rule: undefined, span } : undefined;
    if (link.node.kind === 'rule' && link.node.words.length < 3) {
      this.diagnostics.error(
        codes.missingActions,
        'the rule has no actions',
        span,
        'every rule needs at least an id; only chained rules may go without',
      );
      return;
    }
    if (built.id === undefined) {
      const hasBrokenId = link.node.actions.some((action) => action.name.toLowerCase() === 'id');
      if (!hasBrokenId)
        this.diagnostics.error(codes.missingId, 'the rule has no id', span, 'add id:N with a number of your own');
      return;
    }
    if (!this.#claimId(built.id, span)) return;
    const defaults = this.#defaults.get(built.phase) ?? this.#builtInDefault;
    const draft: RuleDraft = {
      id: built.id,
      phase: built.phase,
      tags: built.tags.map((tag) => tag.source),
      rawMessage: built.message?.source,
      order: this.#order++,
      links: [link],
      defaults,
    };
    this.#rules.push(draft);
    if (built.isChain) this.#openChain = { rule: draft, span };
    if (built.marker !== undefined) this.addMarker(built.marker);
  }

  #claimId(id: number, span: Span): boolean {
    const first = this.#firstUseOfId.get(id);
    if (first === undefined) {
      this.#firstUseOfId.set(id, span);
      return true;
    }
    this.diagnostics.error(
      codes.duplicateId,
      `rule id ${id} is already used`,
      span,
      `first used at ${first.file}:${first.start.line}`,
    );
    return false;
  }

  #checkFollower(link: LinkDraft): void {
    for (const { definition, node } of link.actions) {
      if (definition.inFollower) continue;
      this.diagnostics.error(
        codes.notInFollower,
        `a chained rule cannot carry ${definition.name}`,
        node.span,
        'put it into the first rule of the chain',
      );
    }
  }

  #reportOpenChain(): void {
    const chain = this.#openChain;
    if (chain === undefined) return;
    this.diagnostics.error(
      codes.openChain,
      'the chain has no last rule',
      chain.span,
      'chain must be followed by another SecRule',
    );
  }

  removeRules(selection: RuleSelection): number {
    const kept = this.#rules.filter((rule) => !selection.includes(rule));
    const removed = this.#rules.length - kept.length;
    for (const rule of this.#rules) if (selection.includes(rule)) this.#firstUseOfId.delete(rule.id);
    this.#rules = kept;
    return removed;
  }

  updateTargets(selection: RuleSelection, targets: Word, replaced: Word | undefined): number {
    const added = this.#bindTargets(targets);
    const outgoing = replaced === undefined ? undefined : this.#bindTargets(replaced);
    const meant = this.#rules.filter((rule) => selection.includes(rule));
    for (const rule of meant) {
      for (const link of rule.links) {
        if (link.node.kind === 'action') continue;
        link.targets =
          outgoing === undefined
            ? withTargets(link.targets, added)
            : this.#replaceTargets(link.targets, outgoing, added, replaced);
      }
    }
    return meant.length;
  }

  #replaceTargets(
    current: readonly BoundTarget[],
    outgoing: readonly BoundTarget[],
    incoming: readonly BoundTarget[],
    word: Word | undefined,
  ): readonly BoundTarget[] {
    const missing = outgoing.find((target) => !current.some((one) => isSameTarget(one, target)));
    if (missing !== undefined && word !== undefined) {
      this.diagnostics.error(codes.replacedTargetMissing, `the rule has no target ${word.text} to replace`, word.span);
      return current;
    }
    const kept = current.filter((one) => !outgoing.some((target) => isSameTarget(one, target)));
    return withTargets(kept, incoming);
  }

  updateActions(id: number, offset: number, word: Word): boolean {
    const rule = this.#rules.find((one) => one.id === id);
    const link = rule?.links[offset];
    if (rule === undefined || link === undefined) return false;
    const added = this.#bindActions(word);
    for (const { definition, node } of added) {
      if (definition.name === 'id' || definition.name === 'phase' || definition.name === 'chain') {
        this.diagnostics.error(
          codes.notInUpdate,
          `SecRuleUpdateActionById cannot change ${definition.name}`,
          node.span,
        );
        return true;
      }
    }
    link.actions = [...link.actions, ...added];
    return true;
  }

  #bindTargets(word: Word): readonly BoundTarget[] {
    const nodes = parseTargets(word, this.diagnostics);
    return bindTargets(nodes, { ...this.#bindingContext(), namespaces: new Map() });
  }

  #bindActions(word: Word): readonly BoundAction[] {
    return bindActions(parseActions(word, this.diagnostics), this.#bindingContext());
  }

  #bindingContext(): BindingContext {
    return {
      vocabulary: this.#vocabulary,
      diagnostics: this.diagnostics,
      regexes: this.regexes,
      regexOptions: this.regexOptions,
      files: this.files,
      services: this.services,
      settings: this.settings,
    };
  }
}

function withTargets(current: readonly BoundTarget[], added: readonly BoundTarget[]): readonly BoundTarget[] {
  return [...current, ...added.filter((target) => !current.some((one) => isSameTarget(one, target)))];
}
