import type { ByteSet } from '../../packages/engine/src/bytes/byte-set.ts';
import type { RegexNode } from '../../packages/engine/src/regex/index.ts';
import type { Seeded } from './seeded.ts';

/** A way to a loop of the pattern, and what the loop takes in one round. */
export interface Pump {
  readonly prefix: string;
  readonly body: string;
}

/** For every unbounded loop of the tree, texts that go round in it. */
export function pumps(node: RegexNode, random: Seeded): Pump[] {
  switch (node.kind) {
    case 'sequence': {
      let prefix = '';
      return node.parts.flatMap((part) => {
        const found = pumps(part, random).map((pump) => ({ prefix: prefix + pump.prefix, body: pump.body }));
        prefix += sample(part, random);
        return found;
      });
    }
    case 'alternation':
      return node.branches.flatMap((branch) => pumps(branch, random));
    case 'repeat': {
      const inner = pumps(node.body, random);
      if (node.max !== Number.POSITIVE_INFINITY) return inner;
      const rounds = [sample(node.body, random), sample(node.body, random), sample(node, random)];
      const own = rounds.filter((body) => body !== '').map((body) => ({ prefix: '', body }));
      return [...own, ...inner];
    }
    case 'group':
    case 'atomic':
      return pumps(node.body, random);
    case 'conditional':
      return [...pumps(node.yes, random), ...pumps(node.no, random)];
    default:
      return [];
  }
}

/** A text the node matches, as far as look-around and references leave that to the node. */
export function sample(node: RegexNode, random: Seeded): string {
  switch (node.kind) {
    case 'set':
      return String.fromCharCode(member(node.set, random));
    case 'sequence':
      return node.parts.map((part) => sample(part, random)).join('');
    case 'alternation':
      return sample(random.pick(node.branches), random);
    case 'repeat': {
      const rounds = Math.min(node.max, node.min + random.below(3));
      return Array.from({ length: rounds }, () => sample(node.body, random)).join('');
    }
    case 'group':
    case 'atomic':
      return sample(node.body, random);
    case 'conditional':
      return sample(random.oneIn(2) ? node.yes : node.no, random);
    default:
      return '';
  }
}

/** Printable if possible: such bytes are in more sets. */
function member(set: ByteSet, random: Seeded): number {
  const members = [...set];
  const printable = members.filter((byte) => byte >= 0x20 && byte < 0x7f);
  return random.pick(printable.length > 0 ? printable : members);
}
