import { type BoundAction, bindActions, buildRule, mergeActions } from '../compile/bind-actions.ts';
import type { Vocabulary } from '../compile/vocabulary.ts';
import type { Phase } from '../contract.ts';
import type { RuleBuilder } from '../registry/action.ts';
import type { Configuration, DirectiveLine } from '../registry/directive.ts';
import type { RuleSelection } from '../registry/transaction-state.ts';
import type { ActionNode, ActionRuleNode, OperatorNode, RuleNode, TargetNode, Word } from '../seclang/ast.ts';
import { Diagnostics } from '../seclang/diagnostics.ts';
import { parseActions } from '../seclang/parse-actions.ts';
import { parseTargets } from '../seclang/parse-targets.ts';
import { wordOf } from '../seclang/word.ts';
import type {
  InspectedAction,
  InspectedLink,
  InspectedMarker,
  InspectedOperator,
  InspectedRule,
  InspectedTarget,
  Inspection,
  RuleSetChange,
} from './inspection.ts';
import { isSameTarget } from './same-target.ts';

interface LinkNotes {
  readonly node: RuleNode | ActionRuleNode;
  targets: readonly InspectedTarget[];
  readonly own: readonly BoundAction[];
  later: readonly BoundAction[];
}

interface RuleNotes {
  readonly starter: RuleBuilder;
  readonly order: number;
  readonly links: LinkNotes[];
  readonly defaults: readonly BoundAction[];
  removedBy: DirectiveLine | undefined;
}

interface ChangeNotes {
  readonly kind: RuleSetChange['kind'];
  readonly line: DirectiveLine;
  readonly rules: readonly RuleNotes[];
  readonly targets: readonly TargetNode[];
}

/**
 * Listens to the directives of a configuration while the loader carries them out, and notes what they are about. It judges
 * nothing: mistakes are the loader's business, so what cannot be understood is just not noted.
 */
export class RuleSetRecorder {
  readonly lines: DirectiveLine[] = [];
  readonly #vocabulary: Vocabulary;
  readonly #rules: RuleNotes[] = [];
  readonly #markers: InspectedMarker[] = [];
  readonly #changes: ChangeNotes[] = [];
  readonly #defaults = new Map<Phase, readonly BoundAction[]>();
  readonly #watched = new WeakMap<Configuration, Configuration>();
  /** Bound actions remember where they came from. */
  readonly #lineOf = new WeakMap<BoundAction, DirectiveLine>();
  #openChain: RuleNotes | undefined;
  #order = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  begin(line: DirectiveLine): void {
    this.lines.push(line);
  }

  /** The same configuration; what matters here is noted before it happens. */
  watch(configuration: Configuration): Configuration {
    const known = this.#watched.get(configuration);
    if (known !== undefined) return known;
    const listeners = this.#listeners(configuration);
    const watched = new Proxy(configuration, {
      get: (target, name) => {
        const listener = Reflect.get(listeners, name) as ((...words: unknown[]) => void) | undefined;
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...words: unknown[]) => {
          listener?.(...words);
          return member.apply(target, words);
        };
      },
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
    this.#watched.set(configuration, watched);
    return watched;
  }

  finish(): Pick<Inspection, 'rules' | 'markers' | 'changes'> {
    const finished = new Map(this.#rules.map((notes) => [notes, this.#finishRule(notes)]));
    return {
      rules: [...finished.values()],
      markers: this.#markers,
      changes: this.#changes.map(({ kind, line, rules, targets }) => ({
        kind,
        line,
        targets,
        rules: rules.flatMap((notes) => finished.get(notes) ?? []),
      })),
    };
  }

  #listeners(configuration: Configuration): Partial<Configuration> {
    return {
      addRule: (node) => this.#addLink(node, configuration),
      addAction: (node) => this.#addLink(node, configuration),
      addScript: (node) => this.#addLink(node, configuration),
      addMarker: (name) => {
        this.#markers.push({ name, order: this.#order++, span: this.#line().span });
      },
      setDefaultActions: (word) => {
        const actions = this.#bind(parseActions(word, new Diagnostics()), configuration);
        const { phase } = buildRule(actions);
        this.#defaults.set(
          phase,
          actions.filter((action) => action.definition.name !== 'phase'),
        );
      },
      removeRules: (selection) => {
        const rules = this.#selected(selection);
        this.#note('removal', rules, []);
        for (const rule of rules) rule.removedBy = this.#line();
        return 0;
      },
      updateTargets: (selection, targets, replaced) => {
        const rules = this.#selected(selection);
        const added = parseTargets(targets, new Diagnostics());
        this.#note('targets', rules, added);
        for (const rule of rules) for (const link of rule.links) this.#updateTargets(link, added, replaced);
        return 0;
      },
      updateActions: (id, offset, word) => {
        const rule = this.#rules.find((one) => one.starter.id === id && one.removedBy === undefined);
        const link = rule?.links[offset];
        this.#note('actions', rule === undefined ? [] : [rule], []);
        if (link === undefined) return false;
        const added = this.#bind(parseActions(word, new Diagnostics()), configuration);
        for (const action of added) this.#lineOf.set(action, this.#line());
        link.later = [...link.later, ...added];
        return true;
      },
    };
  }

  #addLink(node: RuleNode | ActionRuleNode, configuration: Configuration): void {
    const own = this.#bind(node.actions, configuration);
    const starter = buildRule(own);
    const targets = node.kind === 'rule' ? this.#targets(node.targets, undefined) : [];
    const link: LinkNotes = { node, targets, own, later: [] };
    let rule = this.#openChain;
    if (rule === undefined) {
      const defaults = this.#defaults.get(starter.phase) ?? this.#builtInDefaults(configuration);
      rule = { starter, order: this.#order++, links: [link], defaults, removedBy: undefined };
      this.#rules.push(rule);
    } else {
      rule.links.push(link);
    }
    this.#openChain = starter.isChain ? rule : undefined;
  }

  #builtInDefaults(configuration: Configuration): readonly BoundAction[] {
    return this.#bind(parseActions(wordOf('log,auditlog,pass', 'built-in'), new Diagnostics()), configuration);
  }

  #bind(nodes: readonly ActionNode[], configuration: Configuration): readonly BoundAction[] {
    const { files, regexes, regexOptions, services, settings } = configuration;
    const context = { files, regexes, regexOptions, services, settings };
    return bindActions(nodes, { ...context, vocabulary: this.#vocabulary, diagnostics: new Diagnostics() });
  }

  #targets(nodes: readonly TargetNode[], addedBy: DirectiveLine | undefined): readonly InspectedTarget[] {
    return nodes.flatMap((node) => {
      const variable = this.#vocabulary.variables.find(/^HTTP_./i.test(node.name) ? 'REQUEST_HEADERS' : node.name);
      return variable === undefined ? [] : [{ node, variable, addedBy }];
    });
  }

  #updateTargets(link: LinkNotes, nodes: readonly TargetNode[], replaced: Word | undefined): void {
    if (link.node.kind === 'action') return;
    const outgoing = replaced === undefined ? [] : parseTargets(replaced, new Diagnostics());
    const kept = link.targets.filter(({ node }) => !outgoing.some((target) => isSameTarget(node, target)));
    if (outgoing.length > 0 && kept.length === link.targets.length) return;
    const added = this.#targets(nodes, this.#line()).filter(
      ({ node }) => !kept.some((target) => isSameTarget(target.node, node)),
    );
    link.targets = [...kept, ...added];
  }

  #selected(selection: RuleSelection): readonly RuleNotes[] {
    return this.#rules.filter(({ starter, removedBy }) => {
      if (removedBy !== undefined || starter.id === undefined) return false;
      const tags = starter.tags.map((tag) => tag.source);
      return selection.includes({ id: starter.id, tags, rawMessage: starter.message?.source });
    });
  }

  #note(kind: RuleSetChange['kind'], rules: readonly RuleNotes[], targets: readonly TargetNode[]): void {
    this.#changes.push({ kind, line: this.#line(), rules, targets });
  }

  #line(): DirectiveLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('a directive acts before it begins');
    return line;
  }

  #finishRule({ starter, order, links, defaults, removedBy }: RuleNotes): InspectedRule {
    const [first] = links;
    if (first === undefined) throw new Error('a rule has at least one link');
    const built = buildRule(mergeActions(defaults, first.own, first.later));
    const inherited = buildRule(defaults);
    const meant = built.disruption.kind === 'block' ? inherited.disruption.kind : built.disruption.kind;
    return {
      id: starter.id,
      phase: starter.phase,
      severity: built.severity,
      message: built.message?.source,
      tags: built.tags.map((tag) => tag.source),
      version: built.version,
      disruption: meant === 'block' ? 'pass' : meant,
      status: built.status ?? (built.disruption.kind === 'block' ? inherited.status : undefined) ?? 403,
      log: built.log,
      auditLog: built.auditLog,
      skip: built.skip,
      skipAfter: built.skipAfter,
      order,
      span: first.node.span,
      links: links.map((link) => this.#finishLink(link, defaults)),
      removedBy,
    };
  }

  #finishLink({ node, targets, own, later }: LinkNotes, defaults: readonly BoundAction[]): InspectedLink {
    const merged = mergeActions(defaults, own, later);
    const built = buildRule(merged);
    return {
      node,
      targets,
      operator: node.kind === 'rule' ? this.#operator(node.operator) : undefined,
      actions: merged.map((action): InspectedAction => {
        const origin = this.#lineOf.get(action) ?? (defaults.includes(action) ? 'default' : 'own');
        return { node: action.node, definition: action.definition, origin };
      }),
      transformations: built.transformations,
      inheritedTransformations: buildRule(defaults).transformations,
      capture: built.capture,
      multiMatch: built.multiMatch,
    };
  }

  #operator(node: OperatorNode): InspectedOperator | undefined {
    const definition = this.#vocabulary.operators.find(node.name);
    return definition === undefined ? undefined : { node, definition };
  }
}
