import type { RegexNode } from '../tree.ts';
import type { CapturingGroups } from './capturing-groups.ts';
import { plainClassEnd, readClass } from './class.ts';
import type { PatternFlags } from './flags.ts';
import type { PatternReader } from './reader.ts';

/** Groups up to this length are remembered, by their first bytes, so many for each beginning. */
const MAX_SHARED = 160;
const GROUP_KEY = 12;
const MAX_ALIKE = 4;

/**
 * Parts of one pattern that were read before. Patterns that expect evasion repeat the same short group behind every letter
 * of every word, and few classes many times: what is written alike under the same flags is one node.
 */
export class SharedNodes {
  readonly #reader: PatternReader;
  readonly #capturing: CapturingGroups;
  readonly #classes = new Map<string, RegexNode>();
  /** Short groups by how they begin, and the flags they were read under. */
  readonly #groups = new Map<string, { readonly text: string; readonly node: RegexNode }[]>();
  #groupFlags: PatternFlags | undefined;

  constructor(reader: PatternReader, capturing: CapturingGroups) {
    this.#reader = reader;
    this.#capturing = capturing;
  }

  /**
   * Reads a bracketed class; the reader is behind the `[`.
   *
   * @throws RegexSyntaxError
   */
  readClass({ caseless, extendedMore: ignoreBlanks }: PatternFlags): RegexNode {
    const reader: PatternReader = this.#reader;
    const start = reader.at;
    const end = plainClassEnd(reader);
    const key = `${caseless ? 'i' : ''}${ignoreBlanks ? 'x' : ''}${reader.text.slice(start, end)}`;
    const known = end === -1 ? undefined : this.#classes.get(key);
    if (known !== undefined) {
      reader.at = end;
      return known;
    }
    const node: RegexNode = { kind: 'set', set: readClass(reader, { caseless, ignoreBlanks }) };
    if (end === reader.at) this.#classes.set(key, node);
    return node;
  }

  /**
   * Reads the plain group whose parenthesis is at `start`: over it when it is known, else by `read`, and remembers it unless it
   * counts groups, refers to one, or has a group with flags of its own.
   *
   * @throws RegexSyntaxError
   */
  readGroup(start: number, flags: PatternFlags, read: () => RegexNode): RegexNode {
    const reader: PatternReader = this.#reader;
    const { text } = reader;
    if (this.#groupFlags !== flags) this.#groups.clear();
    this.#groupFlags = flags;
    const key = text.slice(start, start + GROUP_KEY);
    const alike = this.#groups.get(key);
    const known = alike?.find((one) => text.startsWith(one.text, start));
    if (known !== undefined) {
      reader.at = start + known.text.length;
      return known.node;
    }
    const { mentions } = this.#capturing;
    const node = read();
    if (this.#groupFlags !== flags || this.#capturing.mentions !== mentions) return node;
    if (reader.at - start > MAX_SHARED) return node;
    const group = { text: text.slice(start, reader.at), node };
    if (alike === undefined) this.#groups.set(key, [group]);
    else if (alike.length < MAX_ALIKE) alike.push(group);
    return node;
  }
}
