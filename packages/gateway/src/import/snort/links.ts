import type { RuleParts, TargetParts } from '@sallyport/engine';
import { type Buffer, type Place, placeOf } from './buffers.ts';
import { readHeaderBytes, readHeaderPattern } from './header-text.ts';
import type { ContentMatch, DataMatch, PcreMatch, SnortMatch } from './matches.ts';
import { escapeBytes, gap, isPlain } from './pattern.ts';
import { patternOf } from './pcre.ts';

/** One condition of a rule: targets, operator and transformations. */
export interface SnortLink {
  readonly place: Place;
  readonly operator: RuleParts['operator'];
  readonly isNegated: boolean;
}

/** A reason why matches cannot be expressed; thrown inside of this folder only, and listed. */
export class Inexpressible extends Error {}

/** Turns matches into conditions; those that hang together by their positions become one pattern. */
export function linksOf(matches: readonly SnortMatch[], isResponse: boolean): readonly SnortLink[] {
  const groups: SnortMatch[][] = [];
  let open: SnortMatch[] | undefined;
  for (const match of matches) {
    if (open !== undefined && isRelative(match) && isSameBuffer(open[0]?.buffer, match.buffer)) {
      open.push(match);
      continue;
    }
    const group = [match];
    groups.push(group);
    // A negated match has no end that others could be relative to.
    if (!match.isNegated && (match.what.kind === 'content' || match.what.kind === 'pcre')) open = group;
  }
  return groups.flatMap((group) => groupLinks(group, isResponse));
}

function isRelative({ what }: SnortMatch): boolean {
  if (what.kind === 'content') return what.distance !== undefined || what.within !== undefined;
  return what.kind !== 'length' && what.isRelative;
}

function isSameBuffer(left: Buffer | undefined, right: Buffer): boolean {
  if (left === undefined || left.kind !== right.kind) return false;
  return !('name' in left) || ('name' in right && left.name === right.name);
}

function groupLinks(group: readonly SnortMatch[], isResponse: boolean): readonly SnortLink[] {
  const [first] = group;
  if (first === undefined) return [];
  const { buffer, isNegated, what } = first;
  const place = placeOf(buffer, isResponse);
  if (place === undefined) throw new Inexpressible(`a ${isResponse ? 'response' : 'request'} has no ${buffer.kind}`);
  if (what.kind === 'length') {
    const length = { ...place, transformations: [...place.transformations, ['t', 'length'] as const] };
    return what.tests.map((operator) => ({ place: length, operator, isNegated: false }));
  }
  if (what.kind === 'data') {
    if (buffer.kind === 'raw' || buffer.kind === 'header') {
      throw new Inexpressible('isdataat without a buffer speaks of packets');
    }
    return [{ place, operator: ['rx', `^.{${what.bytes}}`], isNegated }];
  }
  if (buffer.kind === 'header' || buffer.kind === 'raw') {
    const special = headerLink(group, place, isResponse) ?? requestLineLink(group, isResponse);
    if (special !== undefined) return [special];
  }
  if (buffer.kind === 'raw' && positionOf(what) !== undefined) {
    if (isResponse) throw new Inexpressible('offset and depth in a response speak of packets');
    return [plainLink(group, { ...place, targets: [{ name: 'REQUEST_LINE' }] }, '')];
  }
  if (buffer.kind === 'header' && positionOf(what) !== undefined) {
    throw new Inexpressible('offset and depth among all headers mean nothing here, where each is by itself');
  }
  return [plainLink(group, withEarlyStages(place, group), '')];
}

/** Normalising takes away `..`, `//` and encodings; a pattern that names them must see the value before that too. */
function withEarlyStages(place: Place, group: readonly SnortMatch[]): Place {
  const isNormalised = place.transformations.some(([, name]) => name === 'normalizePath');
  const speaksOfThem = group.some(({ what, isNegated }) => {
    if (isNegated) return false;
    const text = what.kind === 'content' ? what.bytes : what.kind === 'pcre' ? what.source.replaceAll('\\', '') : '';
    return /[+%]|\.\.|\.\{2|\/\/|\/\.\//.test(text);
  });
  if (!isNormalised || !speaksOfThem) return place;
  return { ...place, transformations: [...place.transformations, ['multiMatch']] };
}

/** A content such as `User-Agent: x` is about one header, and then about its value only. */
function headerLink(group: readonly SnortMatch[], place: Place, isResponse: boolean): SnortLink | undefined {
  const [first, ...rest] = group;
  if (first === undefined) return undefined;
  if (first.what.kind === 'pcre') {
    const header = readHeaderPattern(first.what.source);
    if (header === undefined) return undefined;
    const what = { ...first.what, source: header.source };
    return plainLink([{ ...first, what }, ...rest], fieldPlace(place, header.name, isResponse), '');
  }
  if (first.what.kind !== 'content') return undefined;
  const header = readHeaderBytes(first.what.bytes);
  if (typeof header === 'string') throw new Inexpressible(header);
  if (header === undefined) return undefined;
  const content: ContentMatch = { ...first.what, bytes: header.bytes, isAtEnd: header.isAtEnd || first.what.isAtEnd };
  if (header.name === undefined) {
    return plainLink([{ ...first, what: content }, ...rest], place, '');
  }
  if (positionOf(first.what) !== undefined) {
    throw new Inexpressible('offset and depth of a header among the others mean nothing here');
  }
  const field = fieldPlace(place, header.name, isResponse);
  if (header.bytes !== '') return plainLink([{ ...first, what: content }, ...rest], field, '^');
  if (rest.length === 0) {
    const targets = field.targets.map((target) => ({ ...target, isCount: true }));
    return {
      place: { ...field, targets },
      operator: [first.isNegated ? 'eq' : 'ge', first.isNegated ? '0' : '1'],
      isNegated: false,
    };
  }
  const pattern = joined(rest, header.hasBlank ? 0 : 1);
  return { place: field, operator: ['rx', `^${pattern}`], isNegated: false };
}

function fieldPlace(place: Place, key: string, isResponse: boolean): Place {
  const target: TargetParts = { name: isResponse ? 'RESPONSE_HEADERS' : 'REQUEST_HEADERS', key };
  return { ...place, targets: [target], phase: isResponse ? 3 : 1 };
}

/** `POST ` in a packet is the method; `GET /x` is the beginning of the request line. */
function requestLineLink(group: readonly SnortMatch[], isResponse: boolean): SnortLink | undefined {
  const [first] = group;
  if (first?.buffer.kind !== 'raw' || first.what.kind !== 'content') return undefined;
  const { bytes } = first.what;
  if (isResponse) {
    if (bytes.startsWith('HTTP/1')) throw new Inexpressible('the first line of a response as it was sent is not known');
    return undefined;
  }
  const [, method, more] = /^([A-Z]{3,10}) (.*)$/s.exec(bytes) ?? [];
  if (method === undefined || !METHODS.has(method)) return undefined;
  const place: Place = { targets: [{ name: 'REQUEST_METHOD' }], transformations: [['t', 'none']], phase: 1 };
  if (more === '' && group.length === 1) return { place, operator: ['streq', method], isNegated: first.isNegated };
  const what = { ...first.what, offset: undefined, depth: undefined };
  return plainLink([{ ...first, what }, ...group.slice(1)], { ...place, targets: [{ name: 'REQUEST_LINE' }] }, '^');
}

const METHODS: ReadonlySet<string> = new Set(
  'GET POST HEAD PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND'.split(' '),
);

/** A group as one operator: the plainest that says it. `anchor` stands in front of the first part. */
function plainLink(group: readonly SnortMatch[], place: Place, anchor: '' | '^'): SnortLink {
  const [first] = group;
  const isNegated = first?.isNegated ?? false;
  if (group.length === 1 && first?.what.kind === 'content') {
    const operator = wordOperator(first.what, anchor, first.buffer);
    if (operator !== undefined) return { place, operator, isNegated };
  }
  const pattern = anchor + firstPart(group) + joined(group.slice(1), 0);
  // White space in front of an argument would be taken for what separates it from the operator.
  return { place, operator: ['rx', pattern.replace(/^\s/, (blank) => escapeBytes(blank))], isNegated };
}

/** @contains and its like, where the bytes can stand for themselves. */
function wordOperator(content: ContentMatch, anchor: '' | '^', buffer: Buffer): RuleParts['operator'] | undefined {
  const { bytes, ignoresCase, isAtEnd } = content;
  if (ignoresCase || !isPlain(bytes)) return undefined;
  const position = positionOf(content);
  const isAtStart = anchor === '^' || (position?.minimum === 0 && position.maximum === 0);
  if (position !== undefined && !isAtStart) return undefined;
  // A method or a status is meant as a whole.
  const isWhole = buffer.kind === 'method' || (buffer.kind === 'status' && bytes.length === 3);
  if (isWhole && position === undefined) return ['streq', bytes];
  if (isAtStart) return [isAtEnd ? 'streq' : 'beginsWith', bytes];
  return [isAtEnd ? 'endsWith' : 'contains', bytes];
}

interface Position {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

/** Where a content may begin in its buffer; undefined for anywhere. Without something before it, distance is an offset. */
function positionOf(what: SnortMatch['what']): Position | undefined {
  if (what.kind !== 'content') return undefined;
  const { bytes, offset, depth, distance, within } = what;
  if ([offset, depth, distance, within].every((value) => value === undefined)) return undefined;
  return windowOf(bytes, offset ?? distance ?? 0, depth ?? within);
}

/** As in Snort the window begins at the offset, or distance, and is as long as the depth, or within. */
function windowOf(bytes: string, start: number, length: number | undefined): Position {
  if (start < 0) throw new Inexpressible('a negative offset or distance looks back, which no pattern here does');
  if (length === undefined) return { minimum: start, maximum: undefined };
  if (length < bytes.length) throw new Inexpressible('the content is longer than the space it must stand in');
  return { minimum: start, maximum: start + length - bytes.length };
}

function firstPart(group: readonly SnortMatch[]): string {
  const what = group[0]?.what;
  if (what?.kind === 'pcre') return group.length === 1 ? patternOf(what) : `(?:${patternOf(what)})`;
  if (what?.kind !== 'content') return '';
  const position = positionOf(what);
  const prefix = position === undefined ? '' : `^${gap(position.minimum, position.maximum)}`;
  return prefix + atomOf(what);
}

function atomOf({ bytes, ignoresCase, isAtEnd }: ContentMatch): string {
  const escaped = escapeBytes(bytes);
  const cased = ignoresCase && /[a-z]/i.test(bytes) ? `(?i:${escaped})` : escaped;
  return isAtEnd ? `${cased}$` : cased;
}

/** The parts behind the first; `eaten` bytes of the first gap have gone with the end of the part before. */
function joined(parts: readonly SnortMatch[], eaten: number): string {
  return parts.map((part, index) => partOf(part, index === 0 ? eaten : 0, index === parts.length - 1)).join('');
}

function partOf({ what, isNegated }: SnortMatch, eaten: number, isLast: boolean): string {
  switch (what.kind) {
    case 'content':
      return contentPart(what, isNegated, eaten);
    case 'pcre':
      return pcrePart(what, isNegated);
    case 'data':
      return dataPart(what, isNegated, isLast);
    case 'length':
      return '';
  }
}

function contentPart(what: ContentMatch, isNegated: boolean, eaten: number): string {
  if (/^[\r\n]+$/.test(what.bytes)) return lineEndPart(what, isNegated);
  const { minimum, maximum } = windowOf(what.bytes, what.distance ?? 0, what.within);
  const between = gap(Math.max(0, minimum - eaten), maximum === undefined ? undefined : Math.max(0, maximum - eaten));
  const part = between + atomOf(what);
  return isNegated ? `(?!${part})` : part;
}

/** A value of today ends where the line ended: no line end within 100 bytes means that 99 more bytes follow. */
function lineEndPart({ within }: ContentMatch, isNegated: boolean): string {
  if (!isNegated) return within === undefined ? '' : `(?=.{0,${within}}$)`;
  if (within === undefined) throw new Inexpressible('a header always ends');
  return `(?=.{${Math.max(0, within - 1)}})`;
}

function pcrePart(what: PcreMatch, isNegated: boolean): string {
  if (/\\[1-9]/.test(what.source)) throw new Inexpressible('a relative pcre with back-references');
  const isAtStart = what.isAnchored || (what.source.startsWith('^') && !what.source.includes('|'));
  const source = isAtStart && what.source.startsWith('^') ? what.source.slice(1) : what.source;
  const pattern = `(?:${patternOf({ ...what, source, isAnchored: false })})`;
  const part = isAtStart ? pattern : `.*?${pattern}`;
  return isNegated ? `(?!${part})` : part;
}

function dataPart({ bytes }: DataMatch, isNegated: boolean, isLast: boolean): string {
  if (isNegated) return bytes <= 1 && isLast ? '$' : `(?!.{${bytes}})`;
  return isLast ? `.{${bytes}}` : `(?=.{${bytes}})`;
}
