import type { Seeded } from './seeded.ts';

/** Few different bytes, so that patterns and subjects meet. */
const ALPHABET = 'abcAB1_ \n-\xe9';

/** A pattern over a small alphabet; most are valid. `extended` adds what only the backtracker can do. */
export class RandomPattern {
  readonly #random: Seeded;
  readonly #beyondLinear: boolean;
  #groups = 0;

  constructor(random: Seeded, beyondLinear: boolean) {
    this.#random = random;
    this.#beyondLinear = beyondLinear;
  }

  next(): string {
    this.#groups = 0;
    return this.#alternation(4);
  }

  #alternation(depth: number): string {
    const branches = this.#random.pick([1, 1, 1, 2, 2, 3]);
    return Array.from({ length: branches }, () => this.#sequence(depth)).join('|');
  }

  #sequence(depth: number): string {
    const length = this.#random.pick([0, 1, 1, 2, 2, 3]);
    return Array.from({ length }, () => this.#item(depth)).join('');
  }

  #item(depth: number): string {
    const random = this.#random;
    if (random.oneIn(9))
      return random.pick(['^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z', '\\G', '\\K', '(?i)', '(?m)', '(?s)']);
    const atom = this.#atom(depth);
    if (random.oneIn(2)) return atom;
    // PCRE2 10.42 takes (?:^a){0}b for anchored, and so on: its optimizer looks into groups that are never entered.
    if (random.oneIn(12) && !atom.startsWith('(')) return `${atom}{0}`;
    return atom + this.#quantifier();
  }

  #quantifier(): string {
    const random = this.#random;
    const quantifier = random.pick(['*', '+', '?', '{2}', '{0,2}', '{1,3}', '{2,}', '{1}', '{,2}']);
    const modes = this.#beyondLinear ? ['', '', '?', '+'] : ['', '', '?'];
    return quantifier + random.pick(modes);
  }

  #atom(depth: number): string {
    const random = this.#random;
    if (depth === 0 || random.oneIn(2)) return this.#single();
    if (this.#beyondLinear && random.oneIn(3)) return this.#special(depth - 1);
    const inner = (): string => this.#alternation(depth - 1);
    switch (random.below(6)) {
      case 0:
        return `(?:${inner()})`;
      case 1:
        return `(?i:${inner()})`;
      case 2:
        return `(?${random.pick(['s', 'm', '-i', 'U', 'i-s', 'x'])}:${inner()})`;
      case 3:
        return `(?|${inner()})`;
      default:
        this.#groups++;
        return `(${inner()})`;
    }
  }

  #special(depth: number): string {
    const inner = this.#alternation(depth);
    const group = 1 + this.#random.below(Math.max(this.#groups, 1));
    switch (this.#random.below(10)) {
      case 0:
        return `(?>${inner})`;
      case 1:
        return `(?=${inner})`;
      case 2:
        return `(?!${inner})`;
      case 3:
        return `(?<=${this.#single()})`;
      case 4:
        return `(?<!${this.#single()}${this.#single()}|${this.#single()})`;
      case 5:
        return `(?(${group})${inner})`;
      case 6:
        return `(?(?=${this.#single()})${this.#sequence(depth)}|${this.#sequence(depth)})`;
      case 7:
        return '\\R';
      default:
        return this.#random.oneIn(3) ? `(?i:\\${group})` : `\\${group}`;
    }
  }

  #single(): string {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
        return '.';
      case 1:
        return random.pick([
          '\\d',
          '\\w',
          '\\s',
          '\\D',
          '\\W',
          '\\S',
          '\\h',
          '\\v',
          '\\N',
          '\\x61',
          '\\x{62}',
          '\\141',
          '\\n',
        ]);
      case 2:
        return this.#class();
      default:
        return random.pick(ALPHABET);
    }
  }

  #class(): string {
    const random = this.#random;
    const items = Array.from({ length: 1 + random.below(3) }, () =>
      random.pick([
        'a',
        'b',
        'c',
        'A',
        'a-c',
        'A-z',
        '\\d',
        '\\w',
        '\\s',
        '[:alpha:]',
        '[:^upper:]',
        '[:punct:]',
        '\\xe9',
        '\\n',
        '-',
        ']',
      ]),
    );
    return `[${random.oneIn(3) ? '^' : ''}${items.join('')}]`;
  }
}

/** Text that is not a pattern by design but may be one: to compare what is refused. */
export function randomSyntax(random: Seeded): string {
  const pieces = [
    ...'ab01{},?*+()[]|^$\\.-:=!<>#P&\'" ixsmUnR\n',
    ...[
      '\\Q',
      '\\E',
      '\\x',
      '\\x{',
      '\\o{',
      '\\c',
      '\\g',
      '\\k',
      '\\g{',
      '\\k<',
      '(?',
      '(?<',
      '(?P<',
      '(?#',
      '(?(',
      '(*',
      '[[:',
      ':]',
      '[^',
    ],
    ...[
      '(?:',
      '(?=',
      '(?<!',
      '{1,2}',
      '(a)',
      '\\1',
      '\\12',
      '\\8',
      '[a-',
      'a)',
      '\\b',
      '\\d',
      '\\0',
      '\\377',
      '\\400',
      '(?i)',
      '(?x)',
      '(?xx)',
      '(?|',
      '(?n)',
      '(?^',
    ],
  ];
  return Array.from({ length: 1 + random.below(7) }, () => random.pick(pieces)).join('');
}

/** A subject over the alphabet of the patterns. */
export function randomSubject(random: Seeded): string {
  return Array.from({ length: random.below(random.pick([3, 8, 16])) }, () => random.pick(ALPHABET)).join('');
}
