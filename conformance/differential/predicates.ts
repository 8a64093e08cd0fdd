/** What explanations are made of: questions about a difference. */
import { type Difference, linksOf } from './compare.ts';
import { IDS } from './configuration.ts';
import type { LogLine } from './observations.ts';
import { type LinkSpec, unitOfId, valuesIn } from './rule-text.ts';

/** Whether the rule, or a rule of the same unit before it, has a link of this kind: what differs can come from there. */
export function through({ unit, id }: Difference, isSuch: (link: LinkSpec) => boolean): boolean {
  if (unit === undefined) return false;
  const own = id === undefined ? [] : linksOf(unit, id);
  const end = id === undefined ? unit.links.length : unit.links.indexOf(own.at(-1)!) + 1;
  return unit.links.slice(0, end).some(isSuch);
}

/** Whether a link looks at one of these variables, as a target or through a macro. */
function reads({ targets, argument, actions }: LinkSpec, name: RegExp): boolean {
  if (targets?.some((target) => target.form !== 'exclusion' && name.test(target.name)) === true) return true;
  const texts = [argument, ...actions.map(([, value]) => value ?? '')];
  return texts.some((text) =>
    Array.from(text.matchAll(/%\{(\w+)/g)).some(([, word = '']) => name.test(word.toUpperCase())),
  );
}

/** The same for the rule and those before it, targets that were added later included. */
export function throughReading(difference: Difference, name: RegExp): boolean {
  if (through(difference, (link) => reads(link, name))) return true;
  const added = Array.from(difference.unit?.behind.values() ?? []).filter((line) =>
    line.startsWith('SecRuleUpdateTarget'),
  );
  return added.some((line) => line.split(/\W+/).some((word) => name.test(word)));
}

export function throughTransformation(
  difference: Difference,
  isSuch: (name: string, index: number) => boolean,
): boolean {
  return through(difference, (link) => valuesIn(link, 't').some(isSuch));
}

export function has(link: LinkSpec, action: string): boolean {
  return link.actions.some(([name]) => name === action);
}

/** Whether the difference is about rules of these phases. */
export function isInPhases({ unit }: Difference, first: number, last = first): boolean {
  return unit !== undefined && unit.phase >= first && unit.phase <= last;
}

/** Everything that comes when the request body has been read: later phases, the answer, what is left at the end. */
export function isBehindBody({ unit }: Difference): boolean {
  return unit?.phase !== 1;
}

/** A change to log lines behind which a chosen difference of spelling is gone. */
export type Spelling = (line: string) => string;

/** Spellings that one line can have several of at once. */
export const SPELLINGS = {
  names: (line) => line.replaceAll(/(ENV:U\d+|RULE:\w+)(?=[=.])/g, (name) => name.slice(0, name.indexOf(':'))),
  rule: (line) => line.replace(/\[msg "rule [\d ]*"\]/, '[msg "rule"]'),
  alias: (line) => line.replaceAll('REQBODY_PROCESSOR_ERROR', 'REQBODY_ERROR'),
  quotes: (line) => line.replaceAll('\\"', '"'),
  backslashes: (line) => line.replaceAll(/(?:\\\\|\\x5c)+/g, '\\'),
  cut: (line) => line.replace(/\\(?:x[0-9a-f]?)?(?=\.\.\.(?:"\]|$))/, ''),
  phrase: (line) => line.replace(/Matched phrase ".*?" at/, 'Matched phrase'),
  validation: (line) => line.replace(/(XML: (?:DTD|Schema) validation failed)[^[]*/, '$1 '),
  variables: (line) => line.replaceAll(/TX:u\w+/gi, (name) => name.toLowerCase()),
} as const satisfies Readonly<Record<string, Spelling>>;

/** No difference is left but this one of spelling, and perhaps others that were chosen too. */
export function isSpelling(difference: Difference, own: Spelling): boolean {
  const others = Object.values(SPELLINGS).filter((change) => change !== own);
  const changedBy = (changes: readonly Spelling[]) => (line: string) =>
    changes.reduce((text, change) => change(text), line);
  return areSame(difference, changedBy([own, ...others])) && !areSame(difference, changedBy(others));
}

/** The same lines in another order, chosen spellings aside. */
export function isOrder({ theirs, ours }: Difference): boolean {
  const spelled = (lines: readonly string[]): string =>
    String(lines.map((line) => Object.values(SPELLINGS).reduce((text, change) => change(text), line)).sort());
  return spelled(theirs) === spelled(ours);
}

/** No difference is left behind a change. Paths that are not decoded yet have explanations of their own. */
export function areSame(difference: Difference, change: Spelling): boolean {
  const { theirs, ours } = difference;
  const visible = (line: string): string => change(isPathRaw(difference) ? withoutPath(line) : line);
  return theirs.length === ours.length && theirs.every((line, index) => visible(line) === visible(ours[index]!));
}

/** Whether Apache has not decoded the path yet: in phase 1, and when it ended the request. */
function isPathRaw(difference: Difference): boolean {
  return isInPhases(difference, 1) || (isInPhases(difference, 5) && difference.sides.ours.endedIn === 1);
}

export function withoutPath(line: string): string {
  return line.replace(/ \[uri ".*"\] \[unique_id/, ' [unique_id');
}

/** ModSecurity 2 formats an alert into 1024 bytes, NUL included; host, path and id follow. */
export function isCut(difference: Difference): boolean {
  const visible = (line: string): string => (isPathRaw(difference) ? withoutPath(line) : line);
  const { theirs, ours } = difference;
  return theirs.length === ours.length && theirs.every((line, index) => isCutOf(visible(line), visible(ours[index]!)));
}

const LONGEST_SPELLED = 'REQBODY_PROCESSOR_ERROR'.length;

/** Chosen spellings may be among what is left of the line. */
function isCutOf(theirs: string, ours: string): boolean {
  if (theirs === ours) return true;
  if (theirs.lastIndexOf(' [hostname "') < 1015) return false;
  const spelled = (line: string): string => Object.values(SPELLINGS).reduce((text, change) => change(text), line);
  const [left, right] = [spelled(theirs), spelled(ours)];
  const end = left.lastIndexOf(' [hostname "');
  const own = right.lastIndexOf(' [hostname "');
  // The cut may go through a word that is spelled in another way.
  return own > end && right.startsWith(left.slice(0, end - LONGEST_SPELLED)) && right.slice(own) === left.slice(end);
}

export function hasBodyError(lines: readonly LogLine[]): boolean {
  return lines.some(({ id }) => id === IDS.bodyError);
}

/** Whether a rule of a phase has logged something. */
export function hasRun({ configuration }: Difference, lines: readonly LogLine[], phase: number): boolean {
  const numbers = new Set(configuration.units.filter((unit) => unit.phase === phase).map(({ number }) => number));
  return lines.some(({ id }) => numbers.has(unitOfId(id)));
}

export function hasSetting({ configuration }: Difference, name: string): boolean {
  return configuration.settings.some((line) => line.startsWith(name));
}

/** Whether some requests have this `ctl` option of the whole configuration. */
export function hasSwitch({ configuration }: Difference, option: string): boolean {
  return configuration.text.includes(`pass,ctl:${option}`);
}

export function hasHeader({ request }: Difference, name: string, value = /./): boolean {
  return request.headers.some(([sent, text]) => sent === name && value.test(text));
}

export function isMultipart(difference: Difference): boolean {
  return hasHeader(difference, 'Content-Type', /^multipart\/form-data/i);
}

/** Everything a request says, with its percent escapes resolved. */
export function textOf({ uri, headers, body }: Difference['request']): string {
  const text = [uri, ...headers.map(([, value]) => value), body].join('\n');
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
