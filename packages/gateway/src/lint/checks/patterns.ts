import type { RegexNode } from '@sallyport/engine/language';
import { backtrackingReasons } from '../../explain/rule/backtracking.ts';
import type { LintCheck } from '../check.ts';

export const simplerOperator: LintCheck = {
  code: 'SL4301',
  title: 'Pattern for what a plain operator says',
  explanation:
    'A pattern of plain text says less clearly what @streq, @beginsWith, @endsWith, @contains and @pm say, and one ' +
    'forgotten backslash changes it.',
  example: 'SecRule REQUEST_FILENAME "@rx ^/admin/" "id:1,phase:1,pass"\n',
  instead: 'SecRule REQUEST_FILENAME "@beginsWith /admin/" "id:1,phase:1,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { link, regex } of links) {
      const { operator } = link;
      if (regex === undefined || operator === undefined || link.capture) continue;
      const isLowercase = link.transformations.at(-1)?.name === 'lowercase';
      const plain = plainEquivalent(regex.tree) ?? phraseList(regex.tree, isLowercase);
      // Some rule sets write every test as a pattern; one letter is hardly worth a word.
      if (plain === undefined || plain.text.length < 3) continue;
      const written = `${operator.node.isNegated ? '!' : ''}@${plain.operator} ${plain.text}`;
      report(operator.node.span, 'the pattern is plain text', `write ${written}`);
    }
  },
};

interface Plain {
  readonly operator: 'streq' | 'beginsWith' | 'endsWith' | 'contains' | 'pm';
  readonly text: string;
}

/** The plain operator that gives the same verdicts, when there is one. */
function plainEquivalent(tree: RegexNode): Plain | undefined {
  const parts = tree.kind === 'sequence' ? tree.parts : [tree];
  const isAnchor = (node: RegexNode | undefined, claim: 'subjectStart' | 'subjectEnd'): boolean =>
    node?.kind === 'assertion' && node.claim === claim;
  const fromStart = isAnchor(parts[0], 'subjectStart');
  const toEnd = isAnchor(parts.at(-1), 'subjectEnd');
  const text = plainText(parts.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined), false);
  // Blanks at the ends would be lost, "%{" would be a macro.
  if (text === undefined || text.trim() !== text || text.includes('%{')) return undefined;
  return { operator: fromStart ? (toEnd ? 'streq' : 'beginsWith') : toEnd ? 'endsWith' : 'contains', text };
}

/** Fewer phrases read as well in a pattern. */
const FEWEST_PHRASES = 3;

/** `@pm` for one of several texts anywhere, in any case: that is how `@pm` compares. */
function phraseList(tree: RegexNode, isLowercase: boolean): Plain | undefined {
  const body = tree.kind === 'group' ? tree.body : tree;
  if (body.kind !== 'alternation' || body.branches.length < FEWEST_PHRASES) return undefined;
  const phrases = body.branches.map((branch) => plainText(branch.kind === 'sequence' ? branch.parts : [branch], true));
  const isCaseless = body.branches.every(
    (branch) => isLowercase || (branch.kind === 'sequence' ? branch.parts : [branch]).every(isBothCases),
  );
  // Blanks separate phrases, bars begin bytes in hexadecimal.
  if (!isCaseless || phrases.some((phrase) => phrase === undefined || phrase === '' || /[ |]/.test(phrase)))
    return undefined;
  if (isLowercase && phrases.some((phrase) => /[A-Z]/.test(phrase ?? ''))) return undefined;
  return { operator: 'pm', text: phrases.join(' ') };
}

function isBothCases(node: RegexNode): boolean {
  return node.kind === 'set' && node.set.foldCase().equals(node.set);
}

/** The text a list of nodes stands for, of printable ASCII: only a pattern can name other bytes by their number. */
function plainText(parts: readonly RegexNode[], anyCase: boolean): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'set') return undefined;
    const isLetter = anyCase && part.set.size === 2 && isBothCases(part);
    const byte = isLetter ? ([...part.set][1] ?? -1) : part.set.single;
    if (byte < 0x20 || byte > 0x7e) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

export const needsBacktracking: LintCheck = {
  code: 'SL4302',
  title: 'Pattern that needs backtracking',
  explanation:
    'Look-around, back-references, atomic groups and possessive repeats cannot be matched in linear time. Such patterns run ' +
    'with a budget; a request can be made to use it up and is refused then. Most look-arounds can be written as a second link ' +
    'of a chain.',
  example: 'SecRule ARGS "@rx ^(?!safe).+$" "id:1,phase:2,pass"\n',
  instead: 'SecRule ARGS "!@beginsWith safe" "id:1,phase:2,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link, regex } of links) {
      if (regex === undefined || regex.isLinear || link.operator === undefined) continue;
      const reasons = backtrackingReasons(regex.tree).join(', ');
      report(
        link.operator.node.argumentSpan,
        `the pattern of rule ${rule.id} needs backtracking because of ${reasons}`,
      );
    }
  },
};

/** Endings by which a name with dots in it is recognized as a host. */
const HOST =
  /(?<![\\\w])(?:[a-z0-9-]+\.)*[a-z0-9-]+\.(?:com|org|net|edu|gov|info|io|dev|app|local|internal|test|example|localhost)(?![\w.*+?{-])/gi;

export const unescapedDot: LintCheck = {
  code: 'SL4303',
  title: 'Dot in a host name that means any byte',
  explanation:
    'In a pattern a dot stands for every byte: ^www.example.com$ is true for wwwxexample.com, a name anybody can register.',
  example: 'SecRule REQUEST_HEADERS:Host "!@rx ^(?:www.example.com|example.org)$" "id:1,phase:1,pass"\n',
  instead: 'SecRule REQUEST_HEADERS:Host "!@rx ^(?:www\\.example\\.com|example\\.org)$" "id:1,phase:1,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { link, regex } of links) {
      const node = link.operator?.node;
      if (regex === undefined || node === undefined) continue;
      const hosts = [...node.argument.matchAll(HOST)];
      const [first] = hosts;
      if (first === undefined) continue;
      const start = node.argumentPositionAt(first.index);
      const end = node.argumentPositionAt(first.index + first[0].length);
      report(
        { file: node.span.file, start, end },
        `the dots in ${first[0]} stand for any byte`,
        `write ${first[0].replaceAll('.', '\\.')}`,
      );
    }
  },
};

/** Members of these are chosen by rules, all others by clients. */
const TRUSTED_MACROS: ReadonlySet<string> = new Set([
  'TX',
  'IP',
  'GLOBAL',
  'RESOURCE',
  'SESSION',
  'USER',
  'RULE',
  'ENV',
]);

export const macroInPattern: LintCheck = {
  code: 'SL4304',
  title: 'Request data inside a pattern',
  explanation:
    'A macro in @rx is put into the pattern as it is: a client that controls its value writes part of the pattern, can make it ' +
    'match everything or nothing, and the pattern is compiled for each request. Compare texts with @streq or @within instead.',
  example: 'SecRule ARGS:path "@rx ^%{REQUEST_HEADERS.Host}" "id:1,phase:2,pass"\n',
  instead: 'SecRule ARGS:path "@beginsWith %{REQUEST_HEADERS.Host}" "id:1,phase:2,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link, uses } of links) {
      const operator = link.operator;
      if (operator === undefined || !operator.definition.name.startsWith('rx')) continue;
      const { start, end } = operator.node.argumentSpan;
      const inside = uses.find(
        ({ where, span, collection }) =>
          where === 'macro' &&
          span.start.offset >= start.offset &&
          span.end.offset <= end.offset &&
          !TRUSTED_MACROS.has(collection),
      );
      if (inside === undefined) continue;
      report(
        inside.span,
        `a client writes part of the pattern of rule ${rule.id}`,
        'compare with @streq, @within or @beginsWith',
      );
    }
  },
};
