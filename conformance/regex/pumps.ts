import type { ByteSet } from '../../packages/engine/src/bytes/byte-set.ts';
import type { RegexNode } from '../../packages/engine/src/regex/index.ts';
import type { Seeded } from './seeded.ts';

/** A way to a loop of the pattern, and what the loop takes in one round. */
export interface Pump {
  readonly prefix: string;
  readonly body: string;
}

/** Writes texts made for a pattern. */
export class Sampler {
  readonly #random: Seeded;
  readonly #choices = new Map<ByteSet, readonly number[]>();

  constructor(random: Seeded) {
    this.#random = random;
  }

  /** For every unbounded loop of the tree, texts that go round in it. */
  pumps(node: RegexNode): Pump[] {
    switch (node.kind) {
      case 'sequence': {
        let prefix = '';
        return node.parts.flatMap((part) => {
          const found = this.pumps(part).map((pump) => ({ prefix: prefix + pump.prefix, body: pump.body }));
          prefix += this.sample(part);
          return found;
        });
      }
      case 'alternation':
        return node.branches.flatMap((branch) => this.pumps(branch));
      case 'repeat': {
        const inner = this.pumps(node.body);
        if (node.max !== Number.POSITIVE_INFINITY) return inner;
        const rounds = [this.sample(node.body), this.sample(node.body), this.sample(node)];
        const own = rounds.filter((body) => body !== '').map((body) => ({ prefix: '', body }));
        return [...own, ...inner];
      }
      case 'group':
      case 'atomic':
        return this.pumps(node.body);
      case 'conditional':
        return [...this.pumps(node.yes), ...this.pumps(node.no)];
      default:
        return [];
    }
  }

  /** A text the node matches, as far as look-around and references leave that to the node. */
  sample(node: RegexNode): string {
    switch (node.kind) {
      case 'set':
        return String.fromCharCode(this.#member(node.set));
      case 'sequence':
        return node.parts.map((part) => this.sample(part)).join('');
      case 'alternation':
        return this.sample(this.#random.pick(node.branches));
      case 'repeat': {
        const rounds = Math.min(node.max, node.min + this.#random.below(3));
        return Array.from({ length: rounds }, () => this.sample(node.body)).join('');
      }
      case 'group':
      case 'atomic':
        return this.sample(node.body);
      case 'conditional':
        return this.sample(this.#random.oneIn(2) ? node.yes : node.no);
      default:
        return '';
    }
  }

  /** Printable if possible: such bytes are in more sets. */
  #member(set: ByteSet): number {
    let choices = this.#choices.get(set);
    if (choices === undefined) {
      const printable = [...set].filter((byte) => byte >= 0x20 && byte < 0x7f);
      choices = printable.length > 0 ? printable : [...set];
      this.#choices.set(set, choices);
    }
    return this.#random.pick(choices);
  }
}
