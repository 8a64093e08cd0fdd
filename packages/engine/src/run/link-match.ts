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
    const { transformationNames: transformations, operatorText: operator, line } = link;
    const { isNegated, argument } = link.test;
    const name = link.isUnconditional ? '' : this.#item.name;
    const value = this.#value;
    const original = this.#item.value;
    const changes = this.#changes;
    const span = argument.isConstant ? this.#findSpan() : this.#earlySpan;
    // Written out twice: an object spread in between takes longer than all the rest.
    if (span === undefined) return { name, value, original, transformations, operator, isNegated, line, changes };
    return { name, value, original, transformations, operator, isNegated, span, line, changes };
  }

  #findSpan(): Span | undefined {
    const { isNegated, matcher } = this.#link.test;
    return isNegated ? undefined : matcher.span?.(this.#value, this.#scope);
  }
}
