// Where libinjection, and we with it, miss an attack or take ordinary text for one. Its own tests allow for as many. A listed
// line that is told right fails the run, so that this list stays true.

/** Lines of one file and why they are told wrong. */
export interface KnownGap {
  readonly file: string;
  readonly lines: readonly number[];
  readonly reason: string;
}

export const missedSqli: readonly KnownGap[] = [
  { file: 'sqli-misc.txt', lines: [8], reason: 'AND between words is ordinary text (n&n)' },
  { file: 'sqli-misc.txt', lines: [545], reason: 'DO is not known to begin a statement (1;n()' },
  { file: 'sqli-phpids.txt', lines: [5], reason: 'a statement after nothing but a semicolon (;Tnnc)' },
  { file: 'sqli-phpids.txt', lines: [28, 214], reason: 'operators in a row that no fingerprint has (sno(s, soo1s)' },
  {
    file: 'sqli-rsalgado-bhusa2013.txt',
    lines: [62, 63, 64, 65, 66],
    reason: 'numbers such as 1.e, which MySQL takes for the dot in a name, are words (Enn, E1knn)',
  },
  {
    file: 'sqli-rsalgado-bhusa2013.txt',
    lines: [76],
    reason: 'the backslash of T-SQL, a number to it, is folded away (EUE1)',
  },
  { file: 'sqli-rsalgado-bhusa2013.txt', lines: [88], reason: 'a query in full rather than a part of one (Enkn)' },
];

export const missedXss: readonly KnownGap[] = [
  {
    file: 'xss-html5secorg.txt',
    lines: [153, 159, 164, 171],
    reason: 'only old browsers take quotes in the place of an attribute for quotes',
  },
  {
    file: 'xss-html5secorg.txt',
    lines: [380],
    reason: 'only old browsers take the backticks after the value for quotes',
  },
];

export const wronglyAccused: readonly KnownGap[] = [
  {
    file: 'false_positives.txt',
    lines: [79, 85, 150, 242, 243, 272, 273, 279, 280, 322, 323, 365],
    reason: 'quotes on both sides of an operator, or of a word that is one (sos)',
  },
  { file: 'false_positives.txt', lines: [370, 406], reason: 'quotes on both sides of AND (s&s)' },
  { file: 'false_positives.txt', lines: [223, 224], reason: 'percentages joined by AND (1&1)' },
  { file: 'false_positives.txt', lines: [352, 353, 400], reason: 'folded to a number before two dashes (1c)' },
  { file: 'false_positives.txt', lines: [408], reason: 'a query in full (Enknk)' },
  { file: 'false_positives.txt', lines: [409], reason: 'a word and the beginning of a comment (nc)' },
];
