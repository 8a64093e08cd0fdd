import type { Link } from '../compile/program.ts';
import type { MatchedValue, VariableChange } from '../contract.ts';
import type { OperatorScope } from '../registry/operator.ts';
import type { Item } from './collect-targets.ts';

type Span = readonly [start: number, end: number];

/**
 * A value one link of a chain has matched. What is said of it is put together when the chain is complete; most chains never
 * are. Only the place of the match has to be found at once, where a macro in the argument may mean something else later.
 */
export class LinkMatch {
  readonly #link: Link;
  readonly #item: Item;
  readonly #value: string;
  readonly #changes: readonly VariableChange[];
  readonly #scope: OperatorScope;
  readonly #earlySpan: Span | undefined;

  /** `value` is that after the transformations. */
  constructor(link: Link, item: Item, value: string, changes: readonly VariableChange[], scope: OperatorScope) {
    this.#link = link;
    this.#item = item;
    this.#value = value;
    this.#changes = changes;
    this.#scope = scope;
    this.#earlySpan = link.test.argument.isConstant ? undefined : this.#findSpan();
  }

  describe(): MatchedValue {
    const link = this.#link;
    const { test } = link;
    const span = test.argument.isConstant ? this.#findSpan() : this.#earlySpan;
    return {
      name: link.isUnconditional ? '' : this.#item.name,
      value: this.#value,
      original: this.#item.value,
      transformations: link.transformationNames,
      operator: link.operatorText,
      isNegated: test.isNegated,
      ...(span === undefined ? {} : { span }),
      line: link.line,
      changes: this.#changes,
    };
  }

  #findSpan(): Span | undefined {
    const { isNegated, matcher } = this.#link.test;
    return isNegated ? undefined : matcher.span?.(this.#value, this.#scope);
  }
}
