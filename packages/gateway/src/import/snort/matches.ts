import { type Buffer, readBuffer } from './buffers.ts';
import { readContentBytes } from './pattern.ts';
import { readPcre } from './pcre.ts';
import type { SnortOption } from './rule.ts';

/** One thing a rule looks for, in the order of the rule. */
export interface SnortMatch {
  readonly buffer: Buffer;
  readonly isNegated: boolean;
  readonly what: ContentMatch | PcreMatch | DataMatch | LengthMatch;
}

export interface ContentMatch {
  readonly kind: 'content';
  readonly bytes: string;
  readonly ignoresCase: boolean;
  readonly offset: number | undefined;
  readonly depth: number | undefined;
  readonly distance: number | undefined;
  readonly within: number | undefined;
  /** The value must end here (`endswith`). */
  readonly isAtEnd: boolean;
}

export interface PcreMatch {
  readonly kind: 'pcre';
  readonly source: string;
  readonly flags: string;
  readonly isAnchored: boolean;
  readonly isRelative: boolean;
}

/** `isdataat`: so many bytes follow. */
export interface DataMatch {
  readonly kind: 'data';
  readonly bytes: number;
  readonly isRelative: boolean;
}

/** `urilen`, `bufferlen`, `bsize`: operators of numbers, all of which must hold. */
export interface LengthMatch {
  readonly kind: 'length';
  readonly tests: readonly (readonly [operator: string, number: string])[];
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Collects what a rule looks for; a string is the first reason why it cannot be said in SecLang. */
export function readMatches(options: readonly SnortOption[]): readonly SnortMatch[] | string {
  const matches: Draft<SnortMatch>[] = [];
  const isSticky = usesStickyBuffers(options);
  let current: Buffer = { kind: 'raw' };
  for (const { name, value = '' } of options) {
    const buffer = readBuffer(name, value);
    if (typeof buffer === 'string') return buffer;
    const last = matches.at(-1);
    if (buffer !== undefined) {
      if (isSticky || isAlwaysSticky(name)) current = buffer;
      else if (last === undefined) return `${name} stands behind no content`;
      else last.buffer = buffer;
      continue;
    }
    const reason = readMatch(name, value, current, matches);
    if (reason !== undefined) return reason;
  }
  return matches;
}

/** Snort 3 names the buffer first, Snort 2 behind the content. */
function usesStickyBuffers(options: readonly SnortOption[]): boolean {
  const first = options.findIndex(({ name, value }) => readBuffer(name, value) !== undefined && !isAlwaysSticky(name));
  const content = options.findIndex(({ name }) => name === 'content' || name === 'pcre');
  const hasSuboptions = options.some(
    ({ name, value }) => name === 'content' && /^!?\s*"(?:[^"\\]|\\.)*"\s*,/s.test(value ?? ''),
  );
  return hasSuboptions || (first !== -1 && (content === -1 || first < content));
}

function isAlwaysSticky(name: string): boolean {
  return name.includes('.') || name.endsWith('_data');
}

function readMatch(name: string, value: string, buffer: Buffer, matches: Draft<SnortMatch>[]): string | undefined {
  switch (name) {
    case 'content':
    case 'uricontent':
      return readContent(value, name === 'uricontent' ? { kind: 'uri' } : buffer, matches);
    case 'pcre': {
      const pcre = readPcre(value);
      if (typeof pcre === 'string') return pcre;
      const { source, flags, isAnchored, isRelative, isNegated } = pcre;
      const what: PcreMatch = { kind: 'pcre', source, flags, isAnchored, isRelative };
      matches.push({
        buffer: pcre.buffer ?? (isRelative ? (matches.at(-1)?.buffer ?? buffer) : buffer),
        isNegated,
        what,
      });
      return undefined;
    }
    case 'isdataat':
      return readDataAt(value, matches.at(-1)?.buffer ?? buffer, matches);
    case 'urilen':
      return readLength(value, { kind: 'raw-uri' }, matches);
    case 'bufferlen':
    case 'bsize':
      return readLength(value, matches.at(-1)?.buffer ?? buffer, matches);
    case 'nocase':
    case 'offset':
    case 'depth':
    case 'distance':
    case 'within':
    case 'startswith':
    case 'endswith': {
      const content = matches.at(-1)?.what;
      if (content?.kind !== 'content') return `${name} stands behind no content`;
      return modify(content, name, value);
    }
    default:
      return undefined;
  }
}

function readContent(value: string, buffer: Buffer, matches: Draft<SnortMatch>[]): string | undefined {
  const [, negation = '', quoted = '', rest = ''] = /^(!?)\s*("(?:[^"\\]|\\.)*")\s*(.*)$/s.exec(value) ?? [];
  const bytes = readContentBytes(quoted);
  if (bytes === undefined) return `content:${value} is not text in quotes with hex between bars`;
  const what: Draft<ContentMatch> = {
    kind: 'content',
    bytes,
    ignoresCase: false,
    offset: undefined,
    depth: undefined,
    distance: undefined,
    within: undefined,
    isAtEnd: false,
  };
  matches.push({ buffer, isNegated: negation === '!', what });
  for (const suboption of rest.split(',').map((text) => text.trim())) {
    if (suboption === '') continue;
    const [name = '', argument = ''] = suboption.split(/\s+/, 2);
    const reason = modify(what, name, argument);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Sets what a modifier says; modifiers that only make Snort faster change nothing. */
function modify(content: Draft<ContentMatch>, name: string, value: string): string | undefined {
  switch (name) {
    case 'nocase':
      content.ignoresCase = true;
      return undefined;
    case 'startswith':
      content.offset = 0;
      content.depth = content.bytes.length;
      return undefined;
    case 'endswith':
      content.isAtEnd = true;
      return undefined;
    case 'offset':
    case 'depth':
    case 'distance':
    case 'within': {
      if (!/^-?\d{1,5}$/.test(value)) return `${name}:${value} is not a number`;
      content[name] = Number(value);
      return undefined;
    }
    case 'fast_pattern':
    case 'fast_pattern_offset':
    case 'fast_pattern_length':
    case 'width':
    case 'endian':
      return undefined;
    default:
      return `the content modifier ${name} is not supported`;
  }
}

function readDataAt(value: string, buffer: Buffer, matches: Draft<SnortMatch>[]): string | undefined {
  const [, negation, bytes, rest = ''] = /^(!?)\s*(\d{1,5})\s*(.*)$/.exec(value) ?? [];
  if (bytes === undefined) return `isdataat:${value} is not a number of bytes`;
  const what: DataMatch = { kind: 'data', bytes: Number(bytes), isRelative: /\brelative\b/.test(rest) };
  matches.push({ buffer, isNegated: negation === '!', what });
  return undefined;
}

const comparisons: Readonly<Record<string, string>> = {
  __proto__: null as never,
  '': 'eq',
  '=': 'eq',
  '<': 'lt',
  '>': 'gt',
  '<=': 'le',
  '>=': 'ge',
};

function readLength(value: string, buffer: Buffer, matches: Draft<SnortMatch>[]): string | undefined {
  const text = value.replace(/\s+/g, '').replace(/,(?:norm|raw|relative)$/, '');
  const range = /^(\d{1,9})(<>|<=>)(\d{1,9})$/.exec(text);
  if (range !== null) {
    const [, from = '', , to = ''] = range;
    matches.push({
      buffer,
      isNegated: false,
      what: {
        kind: 'length',
        tests: [
          ['ge', from],
          ['le', to],
        ],
      },
    });
    return undefined;
  }
  const [, sign, number] = /^([<>]?=?)(\d{1,9})$/.exec(text) ?? [];
  const operator = sign === undefined ? undefined : comparisons[sign];
  if (operator === undefined || number === undefined) return `the length ${value} is not a number`;
  matches.push({ buffer, isNegated: false, what: { kind: 'length', tests: [[operator, number]] } });
  return undefined;
}
