import { ANY_BYTE, ByteSet } from '../bytes/byte-set.ts';
import { lengthRange } from './analyze/length.ts';
import { ESCAPE_SETS, NOT_NEWLINE, VERTICAL } from './named-sets.ts';
import type { RegexOptions } from './options.ts';
import { plainClassEnd, posixEnd, readClass } from './parse-class.ts';
import { readByteEscape, readOctal } from './parse-escape.ts';
import { isDigit, isPatternSpace, isWordCharacter, PatternReader } from './reader.ts';
import {
  alternation,
  type BackreferenceNode,
  type Claim,
  type ConditionalNode,
  EMPTY,
  type LookNode,
  literal,
  type RegexNode,
  type RepeatNode,
  sequence,
} from './tree.ts';

export interface ParsedRegex {
  readonly tree: RegexNode;
  /** Capturing groups, without group 0. */
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
}

/** PCRE2's own limits; the first also bounds the recursion of everything that walks the tree. */
const MAX_NESTING = 250;
const MAX_REPEAT = 65_535;
const MAX_NAME_LENGTH = 32;

/** Groups up to this length are remembered, by their first bytes, so many for each beginning. */
const MAX_SHARED = 160;
const GROUP_KEY = 12;
const MAX_ALIKE = 4;

/**
 * Reads a PCRE2 pattern (bytes, C locale, no UTF). What PCRE2 refuses is refused; so is what needs more than this engine
 * does: recursion, callouts, verbs, `\X`, `\p`.
 *
 * @throws RegexSyntaxError
 */
export function parseRegex(pattern: string, options: RegexOptions = {}): ParsedRegex {
  return new Parser(pattern, options).parse();
}

/** The options that can change inside a pattern. A new object for every change, so that a group can put back its own. */
interface Flags {
  readonly caseless: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly extended: boolean;
  readonly extendedMore: boolean;
  readonly ungreedy: boolean;
  readonly noAutoCapture: boolean;
}

const FLAG_LETTERS: ReadonlyMap<string, keyof Flags> = new Map([
  ['i', 'caseless'],
  ['s', 'dotAll'],
  ['m', 'multiline'],
  ['x', 'extended'],
  ['U', 'ungreedy'],
  ['n', 'noAutoCapture'],
]);

const ASSERTION_ESCAPES: ReadonlyMap<string, Claim> = new Map([
  ['A', 'subjectStart'],
  ['z', 'subjectEnd'],
  ['Z', 'subjectEndOrFinalNewline'],
  ['G', 'searchStart'],
  ['b', 'wordBoundary'],
  ['B', 'notWordBoundary'],
]);

const LOOKS: ReadonlyMap<string, { readonly behind: boolean; readonly negative: boolean }> = new Map([
  ['?=', { behind: false, negative: false }],
  ['?!', { behind: false, negative: true }],
  ['?<=', { behind: true, negative: false }],
  ['?<!', { behind: true, negative: true }],
]);

interface Quantifier {
  readonly min: number;
  readonly max: number;
}

class Parser {
  readonly #reader: PatternReader;
  readonly #dollarEndOnly: boolean;
  /** Classes met before, by how they are written. */
  readonly #classes = new Map<string, RegexNode>();
  /** Short groups met before, by how they begin, and the flags they were read under. */
  readonly #groups = new Map<string, { readonly text: string; readonly node: RegexNode }[]>();
  #groupFlags: Flags | undefined;
  #flags: Flags;
  #nesting = 0;
  #lookDepth = 0;
  #groupCount = 0;
  readonly #names = new Map<string, number>();
  readonly #nameOfGroup = new Map<number, string>();
  /** References that may point forward: each is checked, and names are looked up, when all groups are known. */
  readonly #unresolved: (() => void)[] = [];

  constructor(pattern: string, options: RegexOptions) {
    this.#reader = new PatternReader(pattern);
    this.#dollarEndOnly = options.dollarEndOnly === true;
    this.#flags = {
      caseless: options.caseless === true,
      dotAll: options.dotAll === true,
      multiline: options.multiline === true,
      extended: options.extended === true,
      extendedMore: false,
      ungreedy: false,
      noAutoCapture: false,
    };
  }

  parse(): ParsedRegex {
    const tree = this.#alternation();
    if (!this.#reader.atEnd) this.#reader.fail('unmatched closing parenthesis');
    for (const resolve of this.#unresolved) resolve();
    return { tree, groupCount: this.#groupCount, groupNames: this.#names };
  }

  // --- structure ---

  #alternation(): RegexNode {
    return alternation(this.#branches());
  }

  /** Branches up to `)` or the end. With `resetGroups`, as in `(?|`, every branch counts its groups from the same number. */
  #branches(resetGroups = false): RegexNode[] {
    const branches: RegexNode[] = [];
    const before = this.#groupCount;
    let highest = before;
    do {
      if (resetGroups) this.#groupCount = before;
      branches.push(this.#sequence());
      highest = Math.max(highest, this.#groupCount);
    } while (this.#reader.eat('|'));
    this.#groupCount = highest;
    return branches;
  }

  #sequence(): RegexNode {
    const reader: PatternReader = this.#reader;
    const parts: RegexNode[] = [];
    /** Whether the last part may take a quantifier: not at the start, nor behind an anchor, a flag setting or another one. */
    let isQuantifiable = false;
    for (;;) {
      if (this.#literals(parts)) isQuantifiable = true;
      this.#skipIgnored();
      const character = reader.peek();
      if (character === '' || character === '|' || character === ')') return sequence(parts);
      const start = reader.at;
      const quantifier = this.#quantifier();
      if (quantifier !== undefined) {
        if (!isQuantifiable) reader.fail('quantifier does not follow a repeatable item', start);
        parts.push(this.#repeat(parts.pop()!, quantifier));
        isQuantifiable = false;
        continue;
      }
      if (reader.eat('\\Q')) {
        isQuantifiable = this.#quoted(parts) || isQuantifiable;
        continue;
      }
      const atom = this.#atom();
      if (atom !== undefined) parts.push(atom);
      isQuantifiable = atom !== undefined && !isAnchor(reader.text, start);
    }
  }

  /** Reads the bytes that stand for themselves: most of what rules consist of. Answers whether there was any. */
  #literals(parts: RegexNode[]): boolean {
    if (this.#flags.extended) return false;
    const reader: PatternReader = this.#reader;
    const { text, at: start } = reader;
    const nodes = this.#flags.caseless ? CASELESS : LITERALS;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (IS_SPECIAL[code & 0xff] === 1) break;
      parts.push(nodes[code & 0xff]!);
    }
    reader.at = at;
    return at > start;
  }

  /** Skips what is not there for PCRE: `(?#…)`, an `\E` without `\Q`, an empty `\Q\E`, blanks and `#…` in extended mode. */
  #skipIgnored(): void {
    const reader: PatternReader = this.#reader;
    for (;;) {
      const character = reader.peek();
      if (character === '(' && reader.eat('(?#')) {
        const end = reader.text.indexOf(')', reader.at);
        if (end === -1) reader.fail('missing ) after (?# comment', reader.text.length);
        reader.at = end + 1;
      } else if (character === '\\' && (reader.eat('\\E') || reader.eat('\\Q\\E'))) {
        // Nothing to add.
      } else if (this.#flags.extended && isPatternSpace(character)) {
        reader.at++;
      } else if (this.#flags.extended && character === '#') {
        const end = reader.text.indexOf('\n', reader.at);
        reader.at = end === -1 ? reader.text.length : end + 1;
      } else {
        return;
      }
    }
  }

  /** Reads up to `\E` or the end of the pattern; answers whether there was any byte. */
  #quoted(parts: RegexNode[]): boolean {
    const reader: PatternReader = this.#reader;
    const found = reader.text.indexOf('\\E', reader.at);
    const end = found === -1 ? reader.text.length : found;
    const text = reader.text.slice(reader.at, end);
    for (let index = 0; index < text.length; index++) parts.push(this.#byte(text.charCodeAt(index)));
    reader.at = found === -1 ? end : end + 2;
    return text !== '';
  }

  /** One item; `undefined` when it changes flags only. */
  #atom(): RegexNode | undefined {
    const reader: PatternReader = this.#reader;
    const character = reader.next();
    switch (character) {
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'set', set: this.#flags.dotAll ? ANY_BYTE : NOT_NEWLINE };
      case '[':
        if (reader.eat('[:<:]]')) return this.#unquantified('wordStart');
        if (reader.eat('[:>:]]')) return this.#unquantified('wordEnd');
        if (posixEnd(reader) !== -1)
          reader.fail('POSIX named classes are supported only within a class', reader.at - 1);
        return this.#class();
      case '^':
        return { kind: 'assertion', claim: this.#flags.multiline ? 'lineStart' : 'subjectStart' };
      case '$':
        if (this.#flags.multiline) return { kind: 'assertion', claim: 'lineEnd' };
        return { kind: 'assertion', claim: this.#dollarEndOnly ? 'subjectEnd' : 'subjectEndOrFinalNewline' };
      case '(':
        return this.#parenthesis();
      default:
        return this.#byte(character.charCodeAt(0));
    }
  }

  /** A bracketed class. Patterns repeat few of them many times; those written alike are one node. */
  #class(): RegexNode {
    const reader: PatternReader = this.#reader;
    const start = reader.at;
    const { caseless, extendedMore: ignoreBlanks } = this.#flags;
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

  #byte(byte: number): RegexNode {
    return (this.#flags.caseless ? CASELESS : LITERALS)[byte & 0xff]!;
  }

  /** PCRE2 takes a quantifier behind these, and applies it to half of what they mean; refused instead. */
  #unquantified(claim: Claim): RegexNode {
    this.#skipIgnored();
    const start = this.#reader.at;
    if (this.#quantifier() !== undefined) this.#reader.fail('a word boundary cannot be repeated', start);
    return { kind: 'assertion', claim };
  }

  // --- quantifiers ---

  /** Reads `*`, `+`, `?` or `{…}`. A brace that does not form a quantifier is a literal, and nothing is read. */
  #quantifier(): Quantifier | undefined {
    const reader: PatternReader = this.#reader;
    switch (reader.peek()) {
      case '*':
        reader.at++;
        return { min: 0, max: Number.POSITIVE_INFINITY };
      case '+':
        reader.at++;
        return { min: 1, max: Number.POSITIVE_INFINITY };
      case '?':
        reader.at++;
        return { min: 0, max: 1 };
      case '{':
        return this.#countedQuantifier();
      default:
        return undefined;
    }
  }

  #countedQuantifier(): Quantifier | undefined {
    const reader: PatternReader = this.#reader;
    const start = reader.at++;
    const low = reader.take(isDigit);
    const hasComma = reader.eat(',');
    const high = hasComma ? reader.take(isDigit) : low;
    if (low === '' || !reader.eat('}')) {
      reader.at = start;
      return undefined;
    }
    const min = Number(low);
    const max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (min > MAX_REPEAT || (high !== '' && max > MAX_REPEAT)) reader.fail('number too big in {} quantifier');
    if (max < min) reader.fail('numbers out of order in {} quantifier');
    return { min, max };
  }

  #repeat(body: RegexNode, quantifier: Quantifier): RegexNode {
    this.#skipIgnored();
    let mode: RepeatNode['mode'] = this.#flags.ungreedy ? 'lazy' : 'greedy';
    if (this.#reader.eat('?')) mode = this.#flags.ungreedy ? 'greedy' : 'lazy';
    else if (this.#reader.eat('+')) mode = 'possessive';
    const { min } = quantifier;
    let { max } = quantifier;
    // Asking again changes nothing but captures; PCRE2 does it once more than it must, not for ever.
    if (body.kind === 'look' && max === Number.POSITIVE_INFINITY) max = min + 1;
    if (max === 0) return EMPTY;
    if (min === 1 && max === 1 && mode !== 'possessive') return body;
    return { kind: 'repeat', body, min, max, mode };
  }

  // --- escapes ---

  #escape(): RegexNode {
    const reader: PatternReader = this.#reader;
    const letter = reader.peek();
    const set = ESCAPE_SETS.get(letter);
    if (set !== undefined) {
      reader.at++;
      return { kind: 'set', set };
    }
    const claim = ASSERTION_ESCAPES.get(letter);
    if (claim !== undefined) {
      reader.at++;
      return { kind: 'assertion', claim };
    }
    switch (letter) {
      case 'N':
        reader.at++;
        if (reader.eat('{') && !isDigit(reader.peek())) reader.fail('\\N{name} is not supported');
        if (reader.text.charAt(reader.at - 1) === '{') reader.at--;
        return { kind: 'set', set: NOT_NEWLINE };
      case 'C':
        reader.at++;
        return { kind: 'set', set: ANY_BYTE };
      case 'R':
        reader.at++;
        return { kind: 'atomic', body: { kind: 'alternation', branches: [CR_LF, { kind: 'set', set: VERTICAL }] } };
      case 'K':
        if (this.#lookDepth > 0) reader.fail('\\K is not allowed in lookarounds');
        reader.at++;
        return { kind: 'keepOut' };
      case 'g':
      case 'k':
        return this.#namedOrBracedReference();
      default:
        break;
    }
    if (letter >= '1' && letter <= '9') return this.#decimalEscape();
    const byte = readByteEscape(reader);
    if (byte === undefined) reader.fail(`\\${letter} is not supported`);
    return this.#byte(byte);
  }

  /** `\1` to `\9` are references; a longer number only when that many groups were opened, else it is octal. */
  #decimalEscape(): RegexNode {
    const reader: PatternReader = this.#reader;
    const start = reader.at;
    const index = Number(reader.take(isDigit));
    const first = reader.text.charAt(start);
    if (index < 10 || first >= '8' || index <= this.#groupCount) return this.#referenceTo(index, start);
    reader.at = start;
    return this.#byte(readOctal(reader));
  }

  #namedOrBracedReference(): RegexNode {
    const reader: PatternReader = this.#reader;
    const letter = reader.next();
    const start = reader.at;
    if (letter === 'k') {
      const open = reader.next();
      const close = open === '{' ? '}' : open === '<' ? '>' : open === "'" ? "'" : undefined;
      if (close === undefined)
        return reader.fail('\\k must be followed by a name in braces, angle brackets or quotes', start);
      return this.#referenceToName(this.#name(close), start);
    }
    if (reader.peek() === '<' || reader.peek() === "'") reader.fail('calling a group as a subroutine is not supported');
    const braced = reader.eat('{');
    if (braced && !/[-+0-9]/.test(reader.peek())) return this.#referenceToName(this.#name('}'), start);
    const sign = reader.take((character) => character === '-' || character === '+', 1);
    const digits = reader.take(isDigit);
    if (digits === '' || (braced && !reader.eat('}'))) reader.fail('\\g must be followed by a number or a name', start);
    return this.#referenceTo(this.#relative(sign, Number(digits), start), start);
  }

  /** The group that `-1` (the last one opened), `+1` (the next one) or a plain number means. */
  #relative(sign: string, number: number, offset: number): number {
    if (sign !== '' && number === 0) this.#reader.fail('a relative group number must not be zero', offset);
    if (sign === '-') return this.#groupCount - number + 1;
    return sign === '+' ? this.#groupCount + number : number;
  }

  #referenceTo(index: number, offset: number): RegexNode {
    this.#requireGroup(index, offset);
    return { kind: 'backreference', index, caseless: this.#flags.caseless };
  }

  #referenceToName(name: string, offset: number): RegexNode {
    const node: { -readonly [K in keyof BackreferenceNode]: BackreferenceNode[K] } = {
      kind: 'backreference',
      index: 0,
      caseless: this.#flags.caseless,
    };
    this.#unresolved.push(() => {
      node.index = this.#groupNamed(name, offset);
    });
    return node;
  }

  #requireGroup(index: number, offset: number): void {
    this.#unresolved.push(() => {
      if (index < 1 || index > this.#groupCount) this.#reader.fail('reference to non-existent subpattern', offset);
    });
  }

  #groupNamed(name: string, offset: number): number {
    return this.#names.get(name) ?? this.#reader.fail(`reference to non-existent subpattern "${name}"`, offset);
  }

  /** Reads a group name and the character that closes it. */
  #name(close: string): string {
    const reader: PatternReader = this.#reader;
    const start = reader.at;
    const name = reader.take(isWordCharacter);
    if (name === '') reader.fail('subpattern name expected', start);
    if (isDigit(name.charAt(0))) reader.fail('subpattern name must start with a non-digit', start);
    if (name.length > MAX_NAME_LENGTH) reader.fail(`subpattern name is longer than ${MAX_NAME_LENGTH} bytes`, start);
    if (!reader.eat(close)) reader.fail(`missing ${close} behind a subpattern name`);
    return name;
  }

  // --- parentheses ---

  #parenthesis(): RegexNode | undefined {
    const reader: PatternReader = this.#reader;
    const start = reader.at - 1;
    if (reader.peek() === '*' && reader.peek(1) !== ')')
      reader.fail('verbs and (*name:…) groups are not supported', start);
    if (reader.peek() !== '?') {
      if (this.#flags.noAutoCapture) return this.#nested(start, () => this.#alternation());
      return this.#capturing(undefined, start);
    }
    // Nearly all that patterns of rule sets have.
    if (reader.eat('?:')) return this.#plainGroup(start);
    for (const [opening, { behind, negative }] of LOOKS) {
      if (reader.eat(opening)) return this.#look(behind, negative, start);
    }
    reader.at++;
    const character = reader.peek();
    switch (character) {
      case '|':
        reader.at++;
        return this.#nested(start, () => alternation(this.#branches(true)));
      case '>':
        reader.at++;
        return { kind: 'atomic', body: this.#nested(start, () => this.#alternation()) };
      case '(':
        reader.at++;
        return this.#nested(start, () => this.#conditional());
      case '<':
        reader.at++;
        if (reader.peek() === '*') reader.fail('non-atomic look-behind is not supported', start);
        return this.#capturing(this.#name('>'), start);
      case "'":
        reader.at++;
        return this.#capturing(this.#name("'"), start);
      case 'P':
        return this.#pythonGroup(start);
      default:
        return this.#flagSetting(start);
    }
  }

  /**
   * `(?:…)`. Patterns that expect evasion repeat the same short group behind every letter of every word: what is written as
   * one read before under the same flags is the same node, unless it counts groups or refers to one.
   */
  #plainGroup(start: number): RegexNode {
    const reader: PatternReader = this.#reader;
    const flags = this.#flags;
    if (this.#groupFlags !== flags) this.#groups.clear();
    this.#groupFlags = flags;
    const key = reader.text.slice(start, start + GROUP_KEY);
    const alike = this.#groups.get(key);
    const mayShare = this.#lookDepth === 0 && this.#nesting < MAX_NESTING / 2;
    const known = mayShare ? alike?.find(({ text }) => reader.text.startsWith(text, start)) : undefined;
    if (known !== undefined) {
      reader.at = start + known.text.length;
      return known.node;
    }
    const groupsBefore = this.#groupCount;
    const unresolvedBefore = this.#unresolved.length;
    const node = this.#nested(start, () => this.#alternation());
    if (
      mayShare &&
      // A group inside with flags of its own has emptied the table for those.
      this.#groupFlags === flags &&
      reader.at - start <= MAX_SHARED &&
      this.#groupCount === groupsBefore &&
      this.#unresolved.length === unresolvedBefore
    ) {
      const one = { text: reader.text.slice(start, reader.at), node };
      if (alike === undefined) this.#groups.set(key, [one]);
      else if (alike.length < MAX_ALIKE) alike.push(one);
    }
    return node;
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

  #capturing(name: string | undefined, start: number): RegexNode {
    const index = ++this.#groupCount;
    if (name !== undefined) this.#nameGroup(name, index, start);
    return { kind: 'group', index, name, body: this.#nested(start, () => this.#alternation()) };
  }

  /** One name, one number: two groups share a name only where `(?|` gives them the same number. */
  #nameGroup(name: string, index: number, offset: number): void {
    const known = this.#names.get(name);
    if (known !== undefined && known !== index) this.#reader.fail('two named subpatterns have the same name', offset);
    const other = this.#nameOfGroup.get(index);
    if (other !== undefined && other !== name) {
      this.#reader.fail('different names for subpatterns of the same number are not allowed', offset);
    }
    this.#names.set(name, index);
    this.#nameOfGroup.set(index, name);
  }

  #pythonGroup(start: number): RegexNode {
    const reader: PatternReader = this.#reader;
    if (reader.eat('P<')) return this.#capturing(this.#name('>'), start);
    if (reader.eat('P=')) return this.#referenceToName(this.#name(')'), start);
    return reader.fail('calling a group as a subroutine, and (?P with anything but < or =, is not supported', start);
  }

  #look(behind: boolean, negative: boolean, start: number): LookNode {
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

  /** Behind `(?(`: a group's number or name, or a look-around; then one or two branches. */
  #conditional(): RegexNode {
    const reader: PatternReader = this.#reader;
    const start = reader.at;
    const condition = this.#condition(start);
    const [yes, no, ...more] = this.#branches();
    if (more.length > 0) reader.fail('conditional subpattern contains more than two branches', start);
    return { kind: 'conditional', condition, yes: yes!, no: no ?? EMPTY };
  }

  #condition(start: number): ConditionalNode['condition'] {
    const reader: PatternReader = this.#reader;
    for (const [opening, { behind, negative }] of LOOKS) {
      if (reader.eat(opening)) return this.#look(behind, negative, start);
    }
    const condition: { kind: 'groupIsSet'; index: number } = { kind: 'groupIsSet', index: 0 };
    const byName = (name: string): void => {
      this.#unresolved.push(() => {
        condition.index = this.#groupNamed(name, start);
      });
    };
    if (reader.eat('<')) byName(this.#name('>'));
    else if (reader.eat("'")) byName(this.#name("'"));
    else {
      const sign = reader.take((character) => character === '-' || character === '+', 1);
      const digits = reader.take(isDigit);
      if (digits === '') reader.fail('this kind of condition is not supported', start);
      condition.index = this.#relative(sign, Number(digits), start);
      this.#requireGroup(condition.index, start);
      if (!reader.eat(')')) reader.fail('missing ) behind a condition');
      return condition;
    }
    if (!reader.eat(')')) reader.fail('missing ) behind a condition');
    return condition;
  }

  /** `(?i-s)` changes the flags of the enclosing group from here on; `(?i-s:…)` those of its own body. */
  #flagSetting(start: number): RegexNode | undefined {
    const reader: PatternReader = this.#reader;
    const flags = { ...this.#flags };
    const hasCaret = reader.eat('^');
    if (hasCaret) {
      Object.assign(flags, { caseless: false, dotAll: false, multiline: false, noAutoCapture: false });
      Object.assign(flags, { extended: false, extendedMore: false });
    }
    for (let value = true; ; ) {
      const letter = reader.next();
      const name = FLAG_LETTERS.get(letter);
      if (letter === 'x') {
        flags.extendedMore = reader.eat('x') && value;
        flags.extended = value;
      } else if (name !== undefined) {
        flags[name] = value;
      } else if (letter === '-' && value && !hasCaret) {
        value = false;
      } else if (letter === ')') {
        this.#flags = flags;
        return undefined;
      } else if (letter === ':') {
        const outer = this.#flags;
        this.#flags = flags;
        const node = this.#nested(start, () => this.#alternation());
        this.#flags = outer;
        return node;
      } else if (letter !== '' && 'CJR&+*0123456789'.includes(letter)) {
        return reader.fail(
          `(?${letter} is not supported: callout, duplicate names, recursion, call or non-atomic look-ahead`,
          start,
        );
      } else {
        return reader.fail('unrecognized character after (? or (?-', reader.at - 1);
      }
    }
  }
}

const LITERALS: readonly RegexNode[] = Array.from({ length: 256 }, (_, byte) => literal(byte));

const CASELESS_LETTERS: readonly RegexNode[] = Array.from({ length: 26 }, (_, letter) => ({
  kind: 'set',
  set: ByteSet.from([0x41 + letter, 0x61 + letter]),
}));

/** The node of each byte in a pattern without regard to case. */
const CASELESS: readonly RegexNode[] = LITERALS.map((node, byte) => {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? CASELESS_LETTERS[lower - 0x61]! : node;
});

/** Bytes that may mean something else than themselves. */
const IS_SPECIAL: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number('\\^$.[|()?*+{'.includes(String.fromCharCode(byte))),
);

const CR_LF: RegexNode = sequence([literal(0x0d), literal(0x0a)]);

/** Whether what is written at `at` asks for a place and takes nothing. In a group of its own, `(?:^)*`, it may be repeated. */
function isAnchor(pattern: string, at: number): boolean {
  const character = pattern.charAt(at);
  const escaped = pattern.charAt(at + 1);
  if (character === '\\') return ASSERTION_ESCAPES.has(escaped) || escaped === 'K';
  return character === '^' || character === '$';
}
