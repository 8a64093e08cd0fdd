import { ANY_BYTE } from '../../bytes/byte-set.ts';
import { lengthRange } from '../analyze/length.ts';
import { NOT_NEWLINE } from '../named-sets.ts';
import type { RegexOptions } from '../options.ts';
import {
  alternation,
  type Claim,
  type ConditionalNode,
  EMPTY,
  type LookNode,
  type RegexNode,
  sequence,
} from '../tree.ts';
import { readByteEscape } from './byte-escape.ts';
import { CapturingGroups } from './capturing-groups.ts';
import { posixEnd } from './class.ts';
import { ESCAPE_NODES, isAnchor } from './escape-nodes.ts';
import { initialFlags, type PatternFlags, readFlags } from './flags.ts';
import { type LookOpening, readGroupOpening, readLookOpening } from './group-opening.ts';
import { type GroupReference, readBackreference, readGroupName, readGroupNumber } from './group-reference.ts';
import { literalNode, readLiterals, readQuoted } from './literals.ts';
import { type Quantifier, readMode, readQuantifier, repeat } from './quantifier.ts';
import { isDigit, PatternReader } from './reader.ts';
import { SharedNodes } from './shared-nodes.ts';
import { skipIgnored } from './skip-ignored.ts';

export interface ParsedRegex {
  readonly tree: RegexNode;
  /** Capturing groups, without group 0. */
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
}

/** PCRE2's own limit; it also bounds the recursion of everything that walks the tree. */
const MAX_NESTING = 250;

/**
 * Reads a PCRE2 pattern (bytes, C locale, no UTF). What PCRE2 refuses is refused; so is what needs more than this engine
 * does: recursion, callouts, verbs, `\X`, `\p`.
 *
 * @throws RegexSyntaxError
 */
export function parseRegex(pattern: string, options: RegexOptions = {}): ParsedRegex {
  return new Parser(pattern, options).parse();
}

/** Recursive descent: an alternation of sequences of atoms, each perhaps repeated; an atom may be a group of alternations. */
class Parser {
  readonly #reader: PatternReader;
  readonly #shared: SharedNodes;
  readonly #groups = new CapturingGroups();
  readonly #dollarEndOnly: boolean;
  #flags: PatternFlags;
  #nesting = 0;
  #lookDepth = 0;

  constructor(pattern: string, options: RegexOptions) {
    this.#reader = new PatternReader(pattern);
    this.#shared = new SharedNodes(this.#reader, this.#groups);
    this.#dollarEndOnly = options.dollarEndOnly === true;
    this.#flags = initialFlags(options);
  }

  parse(): ParsedRegex {
    const tree = this.#alternation();
    if (!this.#reader.atEnd) this.#reader.fail('unmatched closing parenthesis');
    this.#groups.resolve();
    return { tree, groupCount: this.#groups.count, groupNames: this.#groups.names };
  }

  #alternation(): RegexNode {
    return alternation(this.#branches());
  }

  /** Branches up to `)` or the end. With `resetGroups`, as in `(?|`, every branch counts its groups from the same number. */
  #branches(resetGroups = false): RegexNode[] {
    const groups = this.#groups;
    const branches: RegexNode[] = [];
    const before = groups.count;
    let highest = before;
    do {
      if (resetGroups) groups.countFrom(before);
      branches.push(this.#sequence());
      highest = Math.max(highest, groups.count);
    } while (this.#reader.eat('|'));
    groups.countFrom(highest);
    return branches;
  }

  #sequence(): RegexNode {
    const reader: PatternReader = this.#reader;
    const parts: RegexNode[] = [];
    /** Whether the last part may take a quantifier: not at the start, nor behind an anchor, a flag setting or another one. */
    let isQuantifiable = false;
    for (;;) {
      if (readLiterals(reader, this.#flags, parts)) isQuantifiable = true;
      skipIgnored(reader, this.#flags.extended);
      const character = reader.peek();
      if (character === '' || character === '|' || character === ')') return sequence(parts);
      const start = reader.at;
      const quantifier = readQuantifier(reader);
      if (quantifier !== undefined) {
        if (!isQuantifiable) reader.fail('quantifier does not follow a repeatable item', start);
        parts.push(this.#repeat(parts.pop()!, quantifier));
        isQuantifiable = false;
        continue;
      }
      if (character === '\\' && reader.eat('\\Q')) {
        isQuantifiable = readQuoted(reader, this.#flags, parts) || isQuantifiable;
        continue;
      }
      const atom = this.#atom();
      if (atom !== undefined) parts.push(atom);
      isQuantifiable = atom !== undefined && !isAnchor(reader.text, start);
    }
  }

  #repeat(body: RegexNode, quantifier: Quantifier): RegexNode {
    const { extended, ungreedy } = this.#flags;
    skipIgnored(this.#reader, extended);
    return repeat(body, quantifier, readMode(this.#reader, ungreedy));
  }

  /** One item; `undefined` when it changes flags only. */
  #atom(): RegexNode | undefined {
    const { dotAll, multiline } = this.#flags;
    const character = this.#reader.next();
    switch (character) {
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'set', set: dotAll ? ANY_BYTE : NOT_NEWLINE };
      case '[':
        return this.#bracket();
      case '^':
        return { kind: 'assertion', claim: multiline ? 'lineStart' : 'subjectStart' };
      case '$':
        if (multiline) return { kind: 'assertion', claim: 'lineEnd' };
        return { kind: 'assertion', claim: this.#dollarEndOnly ? 'subjectEnd' : 'subjectEndOrFinalNewline' };
      case '(':
        return this.#parenthesis();
      default:
        return literalNode(character.charCodeAt(0), this.#flags);
    }
  }

  #bracket(): RegexNode {
    const reader: PatternReader = this.#reader;
    if (reader.peek() === '[') {
      if (reader.eat('[:<:]]')) return this.#unquantified('wordStart');
      if (reader.eat('[:>:]]')) return this.#unquantified('wordEnd');
    }
    if (posixEnd(reader) !== -1) reader.fail('POSIX named classes are supported only within a class', reader.at - 1);
    return this.#shared.readClass(this.#flags);
  }

  /** PCRE2 takes a quantifier behind these, and applies it to half of what they mean; refused instead. */
  #unquantified(claim: Claim): RegexNode {
    const reader: PatternReader = this.#reader;
    skipIgnored(reader, this.#flags.extended);
    const start = reader.at;
    if (readQuantifier(reader) !== undefined) reader.fail('a word boundary cannot be repeated', start);
    return { kind: 'assertion', claim };
  }

  #escape(): RegexNode {
    const reader: PatternReader = this.#reader;
    const letter = reader.peek();
    const node = ESCAPE_NODES.get(letter);
    if (node !== undefined) {
      if (node.kind === 'keepOut' && this.#lookDepth > 0) reader.fail('\\K is not allowed in lookarounds');
      reader.at++;
      if (letter === 'N' && reader.peek() === '{' && !isDigit(reader.peek(1)))
        reader.fail('\\N{name} is not supported', reader.at + 1);
      return node;
    }
    const reference = readBackreference(reader, this.#groups.count);
    if (reference !== undefined) return this.#groups.backreference(reference, this.#flags.caseless);
    const byte = readByteEscape(reader);
    if (byte === undefined) reader.fail(`\\${letter} is not supported`);
    return literalNode(byte, this.#flags);
  }

  #parenthesis(): RegexNode | undefined {
    const start = this.#reader.at - 1;
    const opening = readGroupOpening(this.#reader, start);
    switch (opening.kind) {
      case 'plain':
        return this.#plainGroup(start);
      case 'capturing':
        if (opening.name === undefined && this.#flags.noAutoCapture) return this.#body(start);
        return this.#capturing(opening.name, start);
      case 'look':
        return this.#look(opening, start);
      case 'flags':
        return this.#flagSetting(start);
      case 'atomic':
        return { kind: 'atomic', body: this.#body(start) };
      case 'branchReset':
        return this.#nested(start, () => alternation(this.#branches(true)));
      case 'conditional':
        return this.#nested(start, () => this.#conditional());
      case 'backreference':
        return this.#groups.backreference({ kind: 'named', name: opening.name, offset: start }, this.#flags.caseless);
    }
  }

  /** Runs `read` inside the parentheses opened at `start`: flags set in there end with it. */
  #nested(start: number, read: () => RegexNode): RegexNode {
    const flags = this.#flags;
    if (++this.#nesting > MAX_NESTING) this.#reader.fail('parentheses are too deeply nested', start);
    const node = read();
    if (!this.#reader.eat(')')) this.#reader.fail('missing closing parenthesis');
    this.#nesting--;
    this.#flags = flags;
    return node;
  }

  /** The rest of the parentheses opened at `start`, when all in it are branches. */
  #body(start: number): RegexNode {
    return this.#nested(start, () => this.#alternation());
  }

  /** `(?:…)`: the node it was before, unless it stands where depth matters. */
  #plainGroup(start: number): RegexNode {
    if (this.#lookDepth > 0 || this.#nesting >= MAX_NESTING / 2) return this.#body(start);
    return this.#shared.readGroup(start, this.#flags, () => this.#body(start));
  }

  #capturing(name: string | undefined, start: number): RegexNode {
    const index = this.#groups.open(name, start);
    return { kind: 'group', index, name, body: this.#body(start) };
  }

  #look({ behind, negative }: LookOpening, start: number): LookNode {
    this.#lookDepth++;
    const body = this.#nested(start, () => {
      const branches = this.#branches();
      if (behind) for (const branch of branches) this.#requireFixedLength(branch, start);
      return alternation(branches);
    });
    this.#lookDepth--;
    return { kind: 'look', behind, negative, body };
  }

  #requireFixedLength(branch: RegexNode, offset: number): void {
    const { min, max } = lengthRange(branch);
    if (min !== max) this.#reader.fail('lookbehind assertion is not fixed length', offset);
  }

  /** Behind `(?(`: a condition, then one or two branches. */
  #conditional(): RegexNode {
    const start = this.#reader.at;
    const condition = this.#condition(start);
    const [yes, no, ...more] = this.#branches();
    if (more.length > 0) this.#reader.fail('conditional subpattern contains more than two branches', start);
    return { kind: 'conditional', condition, yes: yes!, no: no ?? EMPTY };
  }

  /** A group's number or name, or a look-around, and the parenthesis that closes it. */
  #condition(start: number): ConditionalNode['condition'] {
    const reader: PatternReader = this.#reader;
    const look = readLookOpening(reader);
    if (look !== undefined) return this.#look(look, start);
    const condition = this.#groups.isSet(this.#conditionReference(start));
    if (!reader.eat(')')) reader.fail('missing ) behind a condition');
    return condition;
  }

  #conditionReference(offset: number): GroupReference {
    const reader: PatternReader = this.#reader;
    if (reader.eat('<')) return { kind: 'named', name: readGroupName(reader, '>'), offset };
    if (reader.eat("'")) return { kind: 'named', name: readGroupName(reader, "'"), offset };
    return readGroupNumber(reader, offset) ?? reader.fail('this kind of condition is not supported', offset);
  }

  /** `(?i-s)` changes the flags of the enclosing group from here on; `(?i-s:…)` those of its own body. */
  #flagSetting(start: number): RegexNode | undefined {
    const outer = this.#flags;
    this.#flags = readFlags(this.#reader, outer, start);
    if (this.#reader.next() === ')') return undefined;
    const node = this.#body(start);
    this.#flags = outer;
    return node;
  }
}
