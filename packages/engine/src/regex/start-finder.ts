import { firstBytes } from './analyze/first-bytes.ts';
import type { RegexNode } from './tree.ts';

/** Where matches can begin: skips positions whose byte no match begins with, and all but the first of an anchored pattern. */
export class StartFinder {
  readonly #canStart: Uint8Array | undefined;
  readonly #onlyAtZero: boolean;

  constructor(tree: RegexNode) {
    const set = firstBytes(tree);
    this.#canStart =
      set === undefined ? undefined : Uint8Array.from({ length: 256 }, (_, byte) => (set.has(byte) ? 1 : 0));
    this.#onlyAtZero = beginsAtSubjectStart(tree);
  }

  /** The first position at or after `from` where a match can begin, or -1. */
  next(subject: string, from: number): number {
    if (this.#onlyAtZero && from > 0) return -1;
    if (this.#canStart === undefined) return from <= subject.length ? from : -1;
    for (let at = from; at < subject.length; at++) if (this.#canStart[subject.charCodeAt(at)] === 1) return at;
    return -1;
  }
}

/** Whether every match must begin with `\A`. */
function beginsAtSubjectStart(node: RegexNode): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.claim === 'subjectStart';
    case 'sequence': {
      const first = node.parts[0];
      return first !== undefined && beginsAtSubjectStart(first);
    }
    case 'alternation':
      return node.branches.every(beginsAtSubjectStart);
    case 'group':
    case 'atomic':
      return beginsAtSubjectStart(node.body);
    case 'repeat':
      return node.min > 0 && beginsAtSubjectStart(node.body);
    default:
      return false;
  }
}
