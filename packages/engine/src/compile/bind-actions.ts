import type { RegexCache, RegexOptions } from '../regex/index.ts';
import type { Action, ActionContext, RuleBuilder } from '../registry/action.ts';
import type { CtlContext, CtlOption } from '../registry/ctl.ts';
import type { MacroText } from '../registry/macro.ts';
import { UnknownNameError } from '../registry/registry.ts';
import type { Transformation } from '../registry/transformation.ts';
import type { ActionNode, Span } from '../seclang/ast.ts';
import { scriptBinder } from './bind-script.ts';
import { reasonOf } from './bind-targets.ts';
import type { BindingContext } from './binding-context.ts';
import { codes } from './codes.ts';
import { compileMacros } from './macros.ts';

/** An action whose argument has been checked. */
export interface BoundAction {
  readonly definition: Action;
  readonly node: ActionNode;
  readonly apply: (rule: RuleBuilder) => void;
}

/** Looks up the words of an action list; mistakes are reported and leave their action out. */
export function bindActions(nodes: readonly ActionNode[], context: BindingContext): readonly BoundAction[] {
  return nodes.flatMap((node) => {
    const bound = bindAction(node, context);
    return bound === undefined ? [] : [bound];
  });
}

function bindAction(node: ActionNode, context: BindingContext): BoundAction | undefined {
  const { diagnostics } = context;
  try {
    const definition = context.vocabulary.actions.require(node.name);
    if (definition.deprecated !== undefined) {
      diagnostics.warning(
        codes.deprecated,
        `the action ${definition.name} is obsolete`,
        node.span,
        definition.deprecated,
      );
    }
    if (definition.argument === 'required' && node.argument === undefined) {
      diagnostics.error(
        codes.badActionArgument,
        `${definition.name} needs an argument`,
        node.span,
        `write ${definition.name}:…`,
      );
      return undefined;
    }
    if (definition.argument === 'none' && node.argument !== undefined) {
      diagnostics.error(
        codes.badActionArgument,
        `${definition.name} takes no argument`,
        node.argumentSpan ?? node.span,
      );
      return undefined;
    }
    return {
      definition,
      node,
      apply: definition.compile(node.argument ?? '', new BindingActionContext(node, context)),
    };
  } catch (cause) {
    if (cause instanceof UnknownNameError) {
      const isAction = context.vocabulary.actions.find(node.name) === undefined;
      diagnostics.error(isAction ? codes.unknownAction : codes.badActionArgument, cause.message, node.span, cause.hint);
    } else {
      diagnostics.error(codes.badActionArgument, reasonOf(cause), node.argumentSpan ?? node.span);
    }
    return undefined;
  }
}

/** What actions may use, for one action. Rule sets have ten thousand of them: nothing is made that is not asked for. */
class BindingActionContext implements ActionContext {
  readonly regexOptions: RegexOptions;
  readonly regexes: RegexCache;
  readonly #node: ActionNode;
  readonly #context: BindingContext;

  constructor(node: ActionNode, context: BindingContext) {
    this.regexOptions = context.regexOptions;
    this.regexes = context.regexes;
    this.#node = node;
    this.#context = context;
  }

  get argumentSpan(): Span {
    return this.#node.argumentSpan ?? this.#node.span;
  }

  get programs(): ActionContext['programs'] {
    return this.#context.services.programs;
  }

  get compileScript(): ActionContext['compileScript'] {
    const { scripts } = this.#context.services;
    return scripts && scriptBinder(this.#node.span.file, scripts, this.#context);
  }

  get ctl(): CtlContext {
    const { vocabulary, regexes, regexOptions } = this.#context;
    return {
      regexes,
      regexOptions,
      warn: (message) => this.warn(message),
      variableName: (name) => vocabulary.variables.require(name).name,
      bodyProcessors: vocabulary.bodyProcessors.all.map((processor) => processor.name),
    };
  }

  macro(text: string): MacroText {
    const { vocabulary, diagnostics } = this.#context;
    return compileMacros(text, vocabulary.variables, (message) =>
      diagnostics.warning(codes.unknownMacro, message, this.argumentSpan),
    );
  }

  transformation(name: string): Transformation {
    return this.#context.vocabulary.transformations.require(name);
  }

  ctlOption(name: string): CtlOption {
    return this.#context.vocabulary.ctlOptions.require(name);
  }

  resolvePath(path: string): string {
    return this.#context.files.resolve(this.#node.span.file, path);
  }

  warn(message: string): void {
    this.#context.diagnostics.warning(codes.oddArgument, message, this.argumentSpan);
  }
}

/**
 * Puts lists together, later ones over earlier ones: an action of which there can be one replaces itself and the others
 * of its group, the rest accumulate in order.
 */
export function mergeActions(...lists: readonly (readonly BoundAction[])[]): readonly BoundAction[] {
  const merged: BoundAction[] = [];
  const spoken = new Set<object | string>();
  for (const action of lists.flat().reverse()) {
    const { definition } = action;
    const isReplaced = spoken.has(definition) || (definition.group !== undefined && spoken.has(definition.group));
    if (isReplaced) continue;
    if (definition.cardinality === 'one') {
      spoken.add(definition);
      if (definition.group !== undefined) spoken.add(definition.group);
    }
    merged.push(action);
  }
  return merged.reverse();
}

/** A rule before any action has spoken. */
export function emptyRule(): RuleBuilder {
  return {
    id: undefined,
    phase: 2,
    revision: undefined,
    version: undefined,
    message: undefined,
    data: undefined,
    severity: undefined,
    maturity: undefined,
    accuracy: undefined,
    tags: [],
    disruption: { kind: 'pass' },
    status: undefined,
    log: true,
    auditLog: true,
    capture: false,
    multiMatch: false,
    isChain: false,
    skip: 0,
    skipAfter: undefined,
    transformations: [],
    effects: [],
    deadlines: [],
    namespaces: new Map(),
    marker: undefined,
    maskMatchedBytes: undefined,
    injectsContent: false,
  };
}

/** The rule that a list of actions describes. */
export function buildRule(actions: readonly BoundAction[]): RuleBuilder {
  const rule = emptyRule();
  for (const action of actions) action.apply(rule);
  return rule;
}
