import type { Seeded } from '../regex/seeded.ts';

const AXES = [
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'child',
  'descendant',
  'descendant-or-self',
  'following',
  'following-sibling',
  'parent',
  'preceding',
  'preceding-sibling',
  'self',
] as const;
const NAMES = ['a', 'b', 'c', 'n:a', 'n:*', '*'] as const;
const TYPES = ['node()', 'text()', 'comment()', 'processing-instruction()', "processing-instruction('p')"] as const;
const TEXTS = ["''", "'x'", "'1'", "'x y'", "'\xc3\xa4'", "'2.50'", "' 7 '"] as const;
const NUMBERS = ['0', '1', '2', '3', '.5', '10'] as const;

/** Expressions of XPath 1.0 that give nodes, of every construct and function. */
export class RandomExpression {
  readonly #random: Seeded;
  #depth = 0;

  constructor(random: Seeded) {
    this.#random = random;
  }

  nodes(): string {
    const one = this.#path();
    if (this.#random.oneIn(8)) return `${one} | ${this.#path()}`;
    if (this.#random.oneIn(8)) return `(${one})${this.#predicate()}`;
    return one;
  }

  #path(): string {
    const { oneIn, pick } = bound(this.#random);
    const start = oneIn(3) ? '//' : oneIn(2) ? '/' : '';
    const steps = [this.#step()];
    while (oneIn(2) && steps.length < 4) steps.push(this.#step());
    return start + steps.join(pick(['/', '/', '//']));
  }

  #step(): string {
    const { oneIn, pick } = bound(this.#random);
    if (oneIn(12)) return pick(['.', '..']);
    const test = oneIn(4) ? pick(TYPES) : pick(NAMES);
    const axis = oneIn(3) ? `${pick(AXES)}::` : oneIn(8) ? '@' : '';
    return `${axis}${test}${oneIn(3) ? this.#predicate() : ''}`;
  }

  #predicate(): string {
    if (this.#depth >= 2) return `[${this.#random.pick(NUMBERS)}]`;
    this.#depth++;
    const inner = this.#random.oneIn(3) ? this.#number() : this.#boolean();
    this.#depth--;
    return `[${inner}]`;
  }

  #boolean(): string {
    const { oneIn, pick } = bound(this.#random);
    if (oneIn(6)) return `${this.#boolean()} ${pick(['and', 'or'])} ${this.#boolean()}`;
    const compared = (): string => (oneIn(3) ? this.#number() : oneIn(2) ? this.#text() : this.#set());
    switch (pick([0, 1, 2, 3, 4])) {
      case 0:
        return `not(${this.#boolean()})`;
      case 1:
        return `${pick(['contains', 'starts-with'])}(${this.#text()}, ${this.#text()})`;
      case 2:
        return this.#set();
      default:
        return `${compared()} ${pick(['=', '!=', '<', '<=', '>', '>='])} ${compared()}`;
    }
  }

  #number(): string {
    const { oneIn, pick } = bound(this.#random);
    if (oneIn(3)) return pick(NUMBERS);
    switch (pick([0, 1, 2, 3, 4, 5, 6])) {
      case 0:
        return 'last()';
      case 1:
        return 'position()';
      case 2:
        return `count(${this.#set()})`;
      case 3:
        return `${pick(['floor', 'ceiling', 'round', 'number'])}(${this.#text()})`;
      case 4:
        return `string-length(${this.#text()})`;
      case 5:
        return `-${pick(NUMBERS)}`;
      default:
        return `(${this.#number()} ${pick(['+', '-', '*', 'div', 'mod'])} ${this.#number()})`;
    }
  }

  #text(): string {
    const { oneIn, pick } = bound(this.#random);
    if (oneIn(2)) return pick(TEXTS);
    const inner = (): string =>
      pick(oneIn(2) ? TEXTS : ['.', 'string(.)', 'name()', 'local-name()', 'namespace-uri()']);
    switch (pick([0, 1, 2, 3, 4, 5])) {
      case 0:
        return `concat(${inner()}, ${inner()})`;
      case 1:
        return `substring(${inner()}, ${pick(NUMBERS)}${oneIn(2) ? `, ${pick(NUMBERS)}` : ''})`;
      case 2:
        return `${pick(['substring-before', 'substring-after'])}(${inner()}, ${inner()})`;
      case 3:
        return `translate(${inner()}, ${inner()}, ${inner()})`;
      case 4:
        return `normalize-space(${inner()})`;
      default:
        return inner();
    }
  }

  #set(): string {
    this.#depth++;
    const path = this.#depth > 3 ? this.#random.pick(['.', '..', '*', '@*', '//b']) : this.#path();
    this.#depth--;
    return path;
  }
}

/** The methods as functions. */
function bound(random: Seeded): { oneIn(count: number): boolean; pick<T>(list: readonly T[]): T } {
  return { oneIn: (count) => random.oneIn(count), pick: (list) => random.pick(list) };
}

/** A document of a few dozen nodes of all kinds. */
export function randomDocument(random: Seeded): string {
  let left = 30;
  const text = (): string => random.pick(['x', 'x y', '1', '2.50', ' 7 ', '\xc3\xa4', '&amp;', '']);
  const element = (depth: number): string => {
    left--;
    const name = random.pick(['a', 'b', 'c', 'n:a', 'n:b']);
    const attributes = ['a', 'b', 'n:a'].filter(() => random.oneIn(4)).map((one) => ` ${one}="${text()}"`);
    const parts: string[] = [];
    while (left > 0 && depth < 6 && !random.oneIn(3)) {
      const kind = random.below(12);
      if (kind < 4) parts.push(text());
      else if (kind < 6) parts.push(random.pick(['<!--c-->', '<?p v?>', '<?q?>']));
      else parts.push(element(depth + 1));
    }
    return `<${name}${attributes.join('')}>${parts.join('')}</${name}>`;
  };
  const parts = Array.from({ length: 3 }, () => element(1)).join('');
  return `<?p top?><!--top--><r xmlns:n="urn:n">${parts}</r>`;
}
