/**
 * Rules about who may have something, in the words of Apache's `Require`: `valid-user`, `user alice bob`, `group staff`,
 * `ip 10.0.0.0/8`, `not …`, and lists below `any`, `all` and `none`. What they decide, `stages/auth/access-rules.ts` says.
 */
import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { parseNetwork } from '../../listener/networks.ts';
import { closest } from '../closest.ts';
import type { Reader, ValueType } from '../field.ts';

export type AccessRule =
  | { readonly is: 'all granted' | 'all denied' | 'valid-user' | 'local' }
  | { readonly is: 'user' | 'group'; readonly names: readonly string[] }
  | { readonly is: 'ip'; readonly networks: readonly string[] }
  | { readonly is: 'method'; readonly methods: readonly string[] }
  | { readonly is: 'policy'; readonly name: string }
  | { readonly is: 'any' | 'all' | 'none'; readonly rules: readonly AccessRule[] };

const GROUPS = ['any', 'all', 'none'] as const;
const WORDS = ['all', 'valid-user', 'user', 'group', 'ip', 'local', 'method', 'policy', 'not'];
/** Groups within groups; nobody writes more by hand. */
const DEEPEST = 20;

/** One rule: a line of words, or a group of rules. */
export const accessRule: ValueType<AccessRule> = {
  label:
    'rule such as `valid-user`, `user alice`, `group staff`, `ip 10.0.0.0/8`, or a group `any: […]`, `all: […]`, `none: […]`',
  schema: {
    anyOf: [
      { type: 'string' },
      {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: Object.fromEntries(GROUPS.map((name) => [name, { type: ['array', 'string', 'object'] }])),
      },
    ],
  },
  read: (node, reader) => readRule(node, reader, 0),
  print: printRule,
};

/** As it is written in the configuration. */
export function printRule(rule: AccessRule): string {
  switch (rule.is) {
    case 'user':
    case 'group':
      return `${rule.is} ${rule.names.map(quoted).join(' ')}`;
    case 'ip':
      return `ip ${rule.networks.join(' ')}`;
    case 'method':
      return `method ${rule.methods.join(' ')}`;
    case 'policy':
      return `policy ${rule.name}`;
    case 'any':
    case 'all':
    case 'none':
      return `${rule.is} of (${rule.rules.map(printRule).join('; ')})`;
    default:
      return rule.is;
  }
}

/** A rule from its words; a text is what is wrong with them. */
export function parseRule(text: string): AccessRule | string {
  const words = wordsOf(text);
  if (words === undefined) return `a quote in "${text}" has no end`;
  const [first = '', ...rest] = words;
  const word = first.toLowerCase();
  switch (word) {
    case 'all': {
      const which = rest.join(' ').toLowerCase();
      if (which === 'granted' || which === 'denied') return { is: `all ${which}` };
      return `"all" is followed by "granted" or "denied"`;
    }
    case 'valid-user':
    case 'local':
      return rest.length === 0 ? { is: word } : `"${word}" stands alone`;
    case 'user':
    case 'group':
      return rest.length > 0 ? { is: word, names: rest } : `"${word}" needs a name`;
    case 'ip': {
      const wrong = rest.find((one) => parseNetwork(one) === undefined);
      if (wrong !== undefined) return `"${wrong}" is not an IP address or network such as 10.0.0.0/8`;
      return rest.length > 0 ? { is: 'ip', networks: rest } : '"ip" needs an address or network';
    }
    case 'method':
      return rest.length > 0
        ? { is: 'method', methods: rest.map((one) => one.toUpperCase()) }
        : '"method" needs a method';
    case 'policy':
      return rest.length === 1 ? { is: 'policy', name: rest[0] as string } : '"policy" needs one name';
    case 'not': {
      const rule = parseRule(rest.map(quoted).join(' '));
      return typeof rule === 'string' ? rule : { is: 'none', rules: [rule] };
    }
    default: {
      const near = closest(word, WORDS);
      const hint = near === undefined ? `; there is ${WORDS.join(', ')}` : `; did you mean "${near}"?`;
      return word === '' ? 'an empty rule' : `unknown rule "${first}"${hint}`;
    }
  }
}

function readRule(node: ParsedNode, reader: Reader, depth: number): AccessRule | undefined {
  if (depth > DEEPEST) {
    reader.report(node, `groups of rules are nested more than ${DEEPEST} deep`);
    return undefined;
  }
  if (isMap(node)) return readGroup(node, reader, depth);
  if (!isScalar(node) || typeof node.value !== 'string') {
    reader.report(node, 'expected a rule such as "valid-user", or a group: any, all or none');
    return undefined;
  }
  const rule = parseRule(node.value);
  if (typeof rule !== 'string') return rule;
  reader.report(node, rule);
  return undefined;
}

function readGroup(node: ParsedNode & { items: unknown }, reader: Reader, depth: number): AccessRule | undefined {
  const [pair, ...more] = isMap(node) ? node.items : [];
  const name = String(isScalar(pair?.key) ? pair.key.value : '');
  const is = GROUPS.find((one) => one === name);
  if (pair === undefined || more.length > 0 || is === undefined) {
    reader.report(node, 'a group of rules has one key: any, all or none');
    return undefined;
  }
  const value = pair.value as ParsedNode | null;
  const nodes = isSeq(value) ? (value.items as ParsedNode[]) : value === null ? [] : [value];
  if (nodes.length === 0) {
    reader.report(node, `"${is}" has no rules`);
    return undefined;
  }
  const rules = nodes.map((one) => readRule(one, reader, depth + 1));
  return rules.includes(undefined) ? undefined : { is, rules: rules as AccessRule[] };
}

/** Words between blanks; double quotes keep blanks together. Undefined when a quote has no end. */
function wordsOf(text: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ' || text[at] === '\t') {
      at++;
    } else if (text[at] === '"') {
      const end = text.indexOf('"', at + 1);
      if (end < 0) return undefined;
      words.push(text.slice(at + 1, end));
      at = end + 1;
    } else {
      const start = at;
      while (at < text.length && text[at] !== ' ' && text[at] !== '\t') at++;
      words.push(text.slice(start, at));
    }
  }
  return words;
}

function quoted(word: string): string {
  return /[ \t]/.test(word) || word === '' ? `"${word}"` : word;
}
