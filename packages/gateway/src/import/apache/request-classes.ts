/**
 * Requests of a site in classes whose members no directive tells apart: by the deepest path that is spoken of, by the patterns that
 * match, and by scheme. What Apache makes of a class can be said once; the router then has to ask for the classes in their order.
 */
import { compilePathPattern } from '../../proxy/path-pattern.ts';
import { isBelow } from '../../proxy/route.ts';

type Scheme = 'http' | 'https';

/** Which requests a directive is for. */
export interface Matcher {
  /** Prefix in whole segments; `/` for all. */
  readonly path: string;
  readonly exact?: boolean;
  readonly pattern?: string | undefined;
  readonly scheme?: Scheme;
}

export interface RequestClass {
  readonly path: string;
  readonly exact: boolean;
  /** All patterns that match; others do not. */
  readonly patterns: readonly string[];
  readonly scheme: Scheme | undefined;
}

/** More would be nothing anybody wants to read. */
const MAX_CLASSES = 1000;

export function covers({ path, exact, pattern, scheme }: Matcher, request: RequestClass): boolean {
  if (scheme !== undefined && scheme !== request.scheme) return false;
  if (pattern !== undefined && !request.patterns.includes(pattern)) return false;
  return exact === true ? request.exact && request.path === path : isBelow(request.path, path);
}

/** All classes, in the order the router asks for them; undefined where they are too many. */
export function classesOf(
  matchers: readonly Matcher[],
  schemes: readonly (Scheme | undefined)[],
): readonly RequestClass[] | undefined {
  const patterns = [...new Set(matchers.flatMap(({ pattern }) => pattern ?? []))];
  const exact = [...new Set(matchers.flatMap((one) => (one.exact === true ? [one.path] : [])))];
  const prefixes = [...new Map(matchers.map((one) => [trimmed(one.path), one.exact === true ? undefined : one.path]))]
    .flatMap(([, path]) => path ?? [])
    .concat(matchers.some((one) => one.exact !== true && trimmed(one.path) === '') ? [] : ['/'])
    .sort((a, b) => trimmed(b).length - trimmed(a).length);
  const sets = jointPatterns(patterns);
  if (sets === undefined) return undefined;
  const found: Omit<RequestClass, 'scheme'>[] = exact.map((path) => ({
    path,
    exact: true,
    patterns: patterns.filter((one) => compilePathPattern([one])?.matches(path)),
  }));
  for (const set of sets) {
    for (const path of prefixes) {
      if (set.every((one) => canBeIn(literalStart(one), path, prefixes)))
        found.push({ path, exact: false, patterns: set });
    }
  }
  if (found.length > MAX_CLASSES) return undefined;
  return found.flatMap((one) => schemes.map((scheme) => ({ ...one, scheme })));
}

/**
 * Leaves out what the router would find anyway: a class whose requests the next one that takes them treats the same. `key` says how
 * requests are treated, `otherwise` how those are that no class takes.
 */
export function withoutNeedless<T extends { readonly request: RequestClass; readonly key: string }>(
  all: readonly T[],
  otherwise: string,
): readonly T[] {
  const kept: T[] = [];
  for (const one of all.toReversed()) {
    const { request } = one;
    const next = kept.findLast(
      (other) =>
        other.request.scheme === request.scheme &&
        (other.request.exact ? request.exact && other.request.path === request.path : true) &&
        isBelow(request.path, other.request.path) &&
        other.request.patterns.every((pattern) => request.patterns.includes(pattern)),
    );
    if ((next?.key ?? otherwise) !== one.key) kept.push(one);
  }
  return kept.toReversed();
}

/** Sets of patterns that can match at once, the largest first, the empty one at last. */
function jointPatterns(patterns: readonly string[]): readonly (readonly string[])[] | undefined {
  let sets: (readonly string[])[] = [[]];
  for (const pattern of patterns) {
    const joined = sets
      .filter((set) => set.every((one) => areNested(literalStart(one), literalStart(pattern))))
      .map((set) => [...set, pattern]);
    sets = [...sets, ...joined];
    if (sets.length > MAX_CLASSES) return undefined;
  }
  return sets.toSorted((a, b) => b.length - a.length);
}

function areNested(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** Whether paths that begin so can have `path` as the deepest of the prefixes. */
function canBeIn(start: string, path: string, prefixes: readonly string[]): boolean {
  if (start === '' || trimmed(path).startsWith(start)) return true;
  const deepest = prefixes.find((one) => start.startsWith(`${trimmed(one)}/`));
  return (
    areNested(start, `${trimmed(path)}/`) && (deepest === undefined || trimmed(path).length >= trimmed(deepest).length)
  );
}

/** What every match of an anchored pattern begins with; empty where that is not known. */
export function literalStart(pattern: string): string {
  if (!pattern.startsWith('^') || /\|(?![^(]*\))/.test(pattern)) return '';
  let start = '';
  for (let at = 1; at < pattern.length; ) {
    const step = /^(?:\\([^\w\s])|([\w/~:@!&',;=%-]))(?![?*{])/.exec(pattern.slice(at));
    if (step === null) break;
    start += step[1] ?? step[2];
    at += step[0].length;
  }
  return start;
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}
