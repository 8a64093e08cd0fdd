import type { BlockNode, DirectiveNode, Node, Span } from '../seclang/ast.ts';
import { makeComment, makeDirective, makeRule } from '../seclang/make-node.ts';
import { assembleGroup, type RuleGroup } from './chain.ts';
import type { Modsec1Context } from './context.ts';
import { builtInDefaults, type DefaultActions, defaultActionList, defaultsFrom } from './default-actions.ts';
import type { DirectiveMeaning, MeaningLine } from './directives.ts';
import { type Filter, readFilter } from './filter.ts';
import { readFilterActions } from './filter-actions.ts';
import { type FinishedGroup, finishGroups } from './groups.ts';
import { Ids } from './ids.ts';
import { Output } from './output.ts';
import { isDefaultAction, isFilter, meaningOf, statementsOf } from './statements.ts';

export interface Modsec1Options {
  /** First id for rules without a usable one of their own. */
  readonly idBase?: number;
  /** Tries to load nodes by themselves and gives what is wrong with them; by default everything is taken to be right. */
  readonly check?: (nodes: readonly Node[]) => string | undefined;
  /** Comment out what belongs to the web server instead of leaving it in place. */
  readonly isWholeFile?: boolean;
}

/** What became of one directive. */
export interface Modsec1Line {
  readonly span: Span;
  /** The directive, on one line. */
  readonly source: string;
  readonly outcome: 'translated' | 'left out' | 'unchanged';
  /** Lines of today's language; empty for a link of a chain, whose rules stand with its first filter. */
  readonly result: readonly string[];
  /** Differences between then and now; for what is left out, the reason. */
  readonly notes: readonly string[];
  /** Left out, and it refused requests: without it more get through. */
  readonly isProtection: boolean;
}

export interface Modsec1Translation {
  readonly nodes: readonly Node[];
  /** In the order of the file. */
  readonly lines: readonly Modsec1Line[];
}

/** Generated ids start far above the ranges that ModSecurity's registry has given away. */
export const MODSEC1_ID_BASE = 21_000_000;

/**
 * Turns ModSecurity 1.x into today's language. One translator serves all files of a configuration: ids go on
 * from file to file, and so does SecFilterDefaultAction, which 1.x applied to every filter wherever it stood.
 */
export class Modsec1Translator {
  readonly #context: Modsec1Context;
  readonly #check: (nodes: readonly Node[]) => string | undefined;
  readonly #isWholeFile: boolean;
  readonly #ids: Ids;
  #defaults: DefaultActions | undefined;
  /** The SecDefaultAction in force, per phase. */
  readonly #declared = new Map<number, string>();

  constructor(context: Modsec1Context, options: Modsec1Options = {}) {
    this.#context = context;
    this.#check = options.check ?? (() => undefined);
    this.#isWholeFile = options.isWholeFile ?? false;
    this.#ids = new Ids(options.idBase ?? MODSEC1_ID_BASE);
  }

  /** Translates the nodes of one file. Spans of the result are those of the directives it stands for. */
  translate(file: readonly Node[]): Modsec1Translation {
    const statements = statementsOf(file);
    this.#ids.reserve(statements);
    const directives = statements.filter((node) => node.kind === 'directive');
    const defaultAction = directives.findLast(isDefaultAction);
    const refusal = defaultAction === undefined ? undefined : this.#readDefaults(defaultAction);
    const groups = finishGroups(this.#assemble(directives.filter(isFilter)), this.#ids, this.#check);
    const checks = directives.filter(isCheck);
    const output = new Output();
    // 1.x ran its checks before all filters, and a file that is included must find the default actions set.
    const anchor = directives.find(
      (node) => isFilter(node) || isDefaultAction(node) || isCheck(node) || isInclude(node),
    );
    for (const node of statements) {
      if (node === anchor) {
        this.#declareDefaults(anchor, defaultAction, groups, checks.length > 0, output);
        for (const check of checks) this.#translateDirective(check, output);
      }
      if (node.kind === 'block') this.#takeOverBlock(node, output);
      else if (node.kind !== 'directive') output.add(node);
      else if (node === defaultAction && refusal !== undefined) output.leftOut(node, [refusal], true);
      else if (isDefaultAction(node)) this.#reportDefaultAction(node, defaultAction, output);
      else if (isFilter(node)) emitFilter(node, groups, output);
      else if (!isCheck(node)) this.#translateDirective(node, output);
    }
    return output.finish();
  }

  /** Takes the default actions over, or says why they cannot be; then the ones that were in force before stay. */
  #readDefaults(node: DirectiveNode): string | undefined {
    const defaults = defaultsFrom(readFilterActions(node.words[0]));
    const trial = makeDirective('SecDefaultAction', [defaultActionList(defaults, 2)], node.span);
    const reason = node.words.length === 1 ? this.#check([trial]) : `${node.name} takes one list of actions`;
    if (reason === undefined) this.#defaults = defaults;
    return reason;
  }

  /** Filters with the ones they are chained to. */
  #assemble(nodes: readonly DirectiveNode[]): readonly RuleGroup[] {
    const groups: RuleGroup[] = [];
    let links: Filter[] = [];
    for (const [index, node] of nodes.entries()) {
      links.push(this.#withKnownEffects(readFilter(node, this.#context)));
      if (links.at(-1)?.actions.isChain && index < nodes.length - 1) continue;
      groups.push(assembleGroup(links, this.#defaults ?? builtInDefaults));
      links = [];
    }
    return groups;
  }

  #withKnownEffects(filter: Filter): Filter {
    const effects = filter.actions.effects.filter(([name]) => this.#context.knows.action(name));
    const lost = filter.actions.effects.filter((effect) => !effects.includes(effect));
    const notes = lost.map(([name]) => `${name} is left out: this engine does not have it`);
    return { ...filter, actions: { ...filter.actions, effects }, notes: [...filter.notes, ...notes] };
  }

  /** Writes the default actions in front of everything they were meant for. */
  #declareDefaults(
    anchor: DirectiveNode,
    defaultAction: DirectiveNode | undefined,
    groups: readonly FinishedGroup[],
    hasChecks: boolean,
    output: Output,
  ): void {
    const { span } = defaultAction ?? anchor;
    const phases = new Set(groups.filter(({ nodes }) => nodes.length > 0).map(({ phase }) => phase));
    if (hasChecks || defaultAction !== undefined) phases.add(2);
    const defaults = this.#defaults ?? builtInDefaults;
    const nodes = ([2, 3, 4] as const).flatMap((phase) => {
      const list = defaultActionList(defaults, phase);
      if (!phases.has(phase) || this.#declared.get(phase) === list) return [];
      this.#declared.set(phase, list);
      return [makeDirective('SecDefaultAction', [list], span)];
    });
    if (nodes.length > 0 && this.#defaults === undefined) {
      output.add(makeComment('1.x refused with 403 and logged when no SecFilterDefaultAction was given', span));
    }
    output.add(...nodes);
  }

  #reportDefaultAction(node: DirectiveNode, last: DirectiveNode | undefined, output: Output): void {
    if (node !== last) {
      const line = last?.span.start.line;
      output.leftOut(node, [`every filter, wherever it stood, had the default actions of line ${line}`], false);
      return;
    }
    const lists = [...this.#declared.values()].map((list) => makeDirective('SecDefaultAction', [list], node.span));
    const notes = ['it stands before the first rule, because 1.x applied it to every filter wherever it stood'];
    const { notes: unread } = readFilterActions(node.words[0]);
    output.report(node, lists, [...notes, ...unread]);
  }

  #translateDirective(node: DirectiveNode, output: Output): void {
    const meaning = meaningOf(node);
    if (meaning === undefined) {
      this.#takeOver(node, output);
      return;
    }
    const { notes, isProtection = false } = meaning;
    if (meaning.lines.length === 0) {
      output.leftOut(node, notes, isProtection);
      return;
    }
    const missing = this.#missingWord(meaning);
    const nodes = missing === undefined ? meaning.lines.map((line) => this.#nodeOf(line, node)) : [];
    const reason = missing ?? this.#check(nodes);
    if (reason === undefined) output.translated(node, nodes, notes);
    else output.leftOut(node, [reason, ...notes], isProtection);
  }

  #nodeOf(line: MeaningLine, { span }: DirectiveNode): Node {
    if (line.kind === 'rule') {
      const { actions } = line.rule;
      const phase = actions.some(([name]) => name === 'phase') ? [] : [['phase', '2'] as const];
      const id = ['id', String(this.#ids.generate())] as const;
      return makeRule({ ...line.rule, actions: [id, ...phase, ...actions] }, span);
    }
    const words = line.name === 'SecRuleRemoveById' ? line.words.flatMap((id) => this.#ids.meantBy(id)) : line.words;
    return makeDirective(line.name, words, span);
  }

  /** What the engine lacks of a meaning, in words. */
  #missingWord({ lines }: DirectiveMeaning): string | undefined {
    const { knows } = this.#context;
    for (const line of lines) {
      if (line.kind === 'directive') {
        if (!knows.directive(line.name)) return `this engine does not have ${line.name}`;
        continue;
      }
      const { operator, targets } = line.rule;
      if (!knows.operator(operator[0])) return `this engine does not have @${operator[0]}`;
      const target = targets.find(({ name }) => !knows.variable(name));
      if (target !== undefined) return `this engine does not have ${target.name}`;
    }
    return undefined;
  }

  /** What 1.x and today have in common stays; the rest belongs to the web server. */
  #takeOver(node: DirectiveNode, output: Output): void {
    const isKnown = this.#context.knows.directive(node.name);
    if (!isKnown && this.#isWholeFile) {
      const isOurs = /^sec/i.test(node.name);
      const reason = isOurs ? `this engine does not have ${node.name}` : 'it belongs to the web server';
      output.leftOut(node, [reason], false);
      return;
    }
    const reason = isInclude(node) ? undefined : this.#check([node]);
    if (reason === undefined) output.unchanged(node);
    else output.leftOut(node, [reason], false);
  }

  #takeOverBlock(node: BlockNode, output: Output): void {
    if (this.#isWholeFile) leaveOutBlock(node, output);
    else output.add(node);
  }
}

function isCheck(node: DirectiveNode): boolean {
  return meaningOf(node)?.isCheck === true;
}

function isInclude(node: DirectiveNode): boolean {
  return /^include(optional)?$/i.test(node.name);
}

/** The rules of a chain stand where its last filter stood, behind the comments in between. */
function emitFilter(node: DirectiveNode, groups: readonly FinishedGroup[], output: Output): void {
  const group = groups.find(({ filters }) => filters.some((filter) => filter.node === node));
  const filter = group?.filters.find((one) => one.node === node);
  if (group === undefined || filter === undefined) return;
  if (group.reason !== undefined) {
    output.leftOut(node, [group.reason], true);
    return;
  }
  if (node === group.filters[0]?.node) output.report(node, group.nodes, [...filter.notes, ...group.notes]);
  else output.report(node, [], filter.notes);
  if (node === group.filters.at(-1)?.node) output.add(...group.nodes);
}

function leaveOutBlock(block: BlockNode, output: Output): void {
  for (const node of statementsOf(block.children)) {
    if (node.kind === 'block') leaveOutBlock(node, output);
    if (node.kind !== 'directive') continue;
    const where = `it stands in <${[block.name, ...block.words.map((word) => word.text)].join(' ')}>`;
    output.leftOut(node, [`${where}; give a route of the gateway a file of its own for this`], isFilter(node));
  }
}
