import { readGroupName } from './group-reference.ts';
import type { PatternReader } from './reader.ts';

/** What a parenthesis begins. */
export type GroupOpening =
  | { readonly kind: 'plain' | 'branchReset' | 'atomic' | 'conditional' | 'flags' }
  | { readonly kind: 'capturing'; readonly name: string | undefined }
  | { readonly kind: 'backreference'; readonly name: string }
  | LookOpening;

export interface LookOpening {
  readonly kind: 'look';
  readonly behind: boolean;
  readonly negative: boolean;
}

const LOOKS: ReadonlyMap<string, LookOpening> = new Map([
  ['?=', { kind: 'look', behind: false, negative: false }],
  ['?!', { kind: 'look', behind: false, negative: true }],
  ['?<=', { kind: 'look', behind: true, negative: false }],
  ['?<!', { kind: 'look', behind: true, negative: true }],
]);

const PLAIN: GroupOpening = { kind: 'plain' };
const UNNAMED: GroupOpening = { kind: 'capturing', name: undefined };

/**
 * Reads what stands between a parenthesis, at `start`, and the body of its group: `?:`, `?<name>`, `?=` and the like. Of
 * `(?i-s)` and `(?i-s:` it reads the question mark, of a conditional the parenthesis that begins the condition, and `(?P=name)`
 * as a whole.
 *
 * @throws RegexSyntaxError
 */
export function readGroupOpening(reader: PatternReader, start: number): GroupOpening {
  if (reader.peek() === '*' && reader.peek(1) !== ')')
    reader.fail('verbs and (*name:…) groups are not supported', start);
  if (reader.peek() !== '?') return UNNAMED;
  // Nearly all that patterns of rule sets have.
  if (reader.eat('?:')) return PLAIN;
  const look = readLookOpening(reader);
  if (look !== undefined) return look;
  reader.at++;
  if (reader.eat('|')) return { kind: 'branchReset' };
  if (reader.eat('>')) return { kind: 'atomic' };
  if (reader.eat('(')) return { kind: 'conditional' };
  if (reader.eat('<')) {
    if (reader.peek() === '*') reader.fail('non-atomic look-behind is not supported', start);
    return { kind: 'capturing', name: readGroupName(reader, '>') };
  }
  if (reader.eat("'")) return { kind: 'capturing', name: readGroupName(reader, "'") };
  if (reader.eat('P<')) return { kind: 'capturing', name: readGroupName(reader, '>') };
  if (reader.eat('P=')) return { kind: 'backreference', name: readGroupName(reader, ')') };
  if (reader.peek() === 'P')
    reader.fail('calling a group as a subroutine, and (?P with anything but < or =, is not supported', start);
  return { kind: 'flags' };
}

/** Reads the beginning of a look-around; `undefined`, with the reader unmoved, when there is none. */
export function readLookOpening(reader: PatternReader): LookOpening | undefined {
  for (const [opening, look] of LOOKS) if (reader.eat(opening)) return look;
  return undefined;
}
