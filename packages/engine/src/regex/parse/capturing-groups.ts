import { RegexSyntaxError } from '../syntax-error.ts';
import type { BackreferenceNode, ConditionalNode, LookNode } from '../tree.ts';
import type { GroupReference, NumberedReference } from './group-reference.ts';

type GroupCondition = Exclude<ConditionalNode['condition'], LookNode>;

/**
 * The capturing groups of one pattern: their numbers, their names, and what refers to them. References may point forward, so
 * what they mean is settled when all groups are known.
 */
export class CapturingGroups {
  readonly #names = new Map<string, number>();
  readonly #nameOfGroup = new Map<number, string>();
  readonly #unresolved: (() => void)[] = [];
  #count = 0;

  /** Groups opened so far, without group 0. */
  get count(): number {
    return this.#count;
  }

  get names(): ReadonlyMap<string, number> {
    return this.#names;
  }

  /** Goes up with every group opened and every reference: a part of the pattern that leaves it alone knows no groups. */
  get mentions(): number {
    return this.#count + this.#unresolved.length;
  }

  /** Makes the next group number `count + 1`: in `(?|` every branch counts from the same number. */
  countFrom(count: number): void {
    this.#count = count;
  }

  /**
   * Opens the next group and gives its number.
   *
   * @throws RegexSyntaxError at `offset`: one name, one number; two groups share a name only where `(?|` gives them the same number
   */
  open(name: string | undefined, offset: number): number {
    const index = ++this.#count;
    if (name === undefined) return index;
    const known = this.#names.get(name);
    if (known !== undefined && known !== index)
      throw new RegexSyntaxError('two named subpatterns have the same name', offset);
    const other = this.#nameOfGroup.get(index);
    if (other !== undefined && other !== name)
      throw new RegexSyntaxError('different names for subpatterns of the same number are not allowed', offset);
    this.#names.set(name, index);
    this.#nameOfGroup.set(index, name);
    return index;
  }

  backreference(reference: GroupReference, caseless: boolean): BackreferenceNode {
    return this.#refer({ kind: 'backreference', index: 0, caseless }, reference);
  }

  /** The condition that the group has a value. */
  isSet(reference: GroupReference): GroupCondition {
    return this.#refer({ kind: 'groupIsSet', index: 0 }, reference);
  }

  /**
   * Settles what all references mean; to be called when the pattern has been read.
   *
   * @throws RegexSyntaxError when one means no group
   */
  resolve(): void {
    for (const resolve of this.#unresolved) resolve();
  }

  /** Has the index of `node` filled in. */
  #refer<T extends { index: number }>(node: T, reference: GroupReference): T {
    if (reference.kind === 'numbered') node.index = this.#absolute(reference);
    this.#unresolved.push(() => {
      const { offset } = reference;
      if (reference.kind === 'named') {
        const index = this.#names.get(reference.name);
        if (index === undefined)
          throw new RegexSyntaxError(`reference to non-existent subpattern "${reference.name}"`, offset);
        node.index = index;
      } else if (node.index < 1 || node.index > this.#count) {
        throw new RegexSyntaxError('reference to non-existent subpattern', offset);
      }
    });
    return node;
  }

  #absolute({ sign, number, offset }: NumberedReference): number {
    if (sign !== '' && number === 0) throw new RegexSyntaxError('a relative group number must not be zero', offset);
    if (sign === '-') return this.#count - number + 1;
    return sign === '+' ? this.#count + number : number;
  }
}
