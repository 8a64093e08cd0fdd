// Where libinjection, and we with it, miss an attack or take ordinary text for one. Its own tests allow for as many. A listed
// line that is told right fails the run, so that this list stays true.

/** Lines of one file and why they are told wrong. */
export interface KnownGap {
  readonly file: string;
  readonly lines: readonly number[];
  readonly reason: string;
}

export const missedSqli: readonly KnownGap[] = [
  { file: 'sqli-misc.txt', lines: [8], reason: 'two bare words before AND are words of a sentence' },
  { file: 'sqli-misc.txt', lines: [545], reason: 'DO is not taken for the start of a statement' },
  { file: 'sqli-phpids.txt', lines: [5], reason: 'what begins with a semicolon has no fingerprint' },
  { file: 'sqli-phpids.txt', lines: [28, 214], reason: 'the quotes do not end where the attack needs them to' },
  {
    file: 'sqli-rsalgado-bhusa2013.txt',
    lines: [62, 63, 64, 65, 66],
    reason: 'numbers such as 1.e in the place of a dot are read as words',
  },
  {
    file: 'sqli-rsalgado-bhusa2013.txt',
    lines: [76],
    reason: 'a backslash before UNION SELECT is folded away with it',
  },
  { file: 'sqli-rsalgado-bhusa2013.txt', lines: [88], reason: 'a whole query without any condition is ordinary text' },
];

export const missedXss: readonly KnownGap[] = [
  {
    file: 'xss-html5secorg.txt',
    lines: [153, 159, 164, 171],
    reason: 'only Opera and old browsers read the quotes in these tags as the attack needs them read',
  },
  {
    file: 'xss-html5secorg.txt',
    lines: [380],
    reason: 'only Internet Explorer ends the attribute at a backtick when a page is copied',
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
