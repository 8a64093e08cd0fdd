/**
 * Applications read paths in more ways than one: servers for Java cut `;x` off, others tell no case, Windows drops dots at the end of
 * names. Where a route is guarded, a path that only such a reader takes for one of its own must not get around the guard by way of
 * another route.
 */
import type { RouteConfig } from '../config/config.ts';
import { decodePath, removeDotSegments } from '../listener/target.ts';
import { compilePathPattern, type PathPattern } from './path-pattern.ts';
import { createRouter, type Router } from './route.ts';

/** What is looked at of a route. */
export interface Guardable {
  readonly config: RouteConfig;
  readonly access: object | undefined;
  readonly auth: object | undefined;
}

interface LooseRoute<R> {
  readonly config: RouteConfig;
  readonly pattern: PathPattern | undefined;
  readonly route: R;
}

/** Escapes of escapes of escapes; nobody decodes more often. */
const MOST_DECODINGS = 4;
/** Without these a path is what every reader takes it for. */
const SPECIAL = /[A-Z%;\\?#\x00-\x20]|[./](?:\/|$)/;

export class Lookalikes<R extends Guardable> {
  /** Undefined where nothing is guarded. */
  readonly #router: Router<LooseRoute<R>> | undefined;
  /** A route itself is written as a careless reader would not write it. */
  readonly #isAlwaysAsked: boolean;

  constructor(routes: readonly R[]) {
    const guarded = routes.filter(isGuarded);
    this.#isAlwaysAsked = guarded.some(
      ({ config }) => config.pattern.length > 0 || SPECIAL.test(config.path.slice(0, -1)),
    );
    this.#router = guarded.length === 0 ? undefined : createRouter(routes.map(loosely));
  }

  /** The guarded route that a path may be taken for, besides `route`, by which it goes. `path`: decoded once. */
  find(scheme: 'http' | 'https', host: string | undefined, path: string, route: R): R | undefined {
    if (this.#router === undefined) return undefined;
    if (!this.#isAlwaysAsked && !SPECIAL.test(path)) return undefined;
    const found = this.#router.match(scheme, host, loosePath(path));
    if (found === undefined || found.route === route || !isGuarded(found.route)) return undefined;
    // Who has written down both knows them apart.
    const isTold = found.pattern === undefined && route.config.pattern.length === 0;
    return isTold && loosePath(route.config.path) === found.config.path ? undefined : found.route;
  }
}

function isGuarded({ access, auth }: Guardable): boolean {
  return access !== undefined || auth !== undefined;
}

function loosely<R extends Guardable>(route: R): LooseRoute<R> {
  const { config } = route;
  return {
    config: { ...config, path: loosePath(config.path) },
    pattern: compilePathPattern(config.pattern, { isCaseless: true }),
    route,
  };
}

/** The path as the least careful reader takes it: decoded to the end, in lower case, without parameters and what is cut off names. */
export function loosePath(path: string): string {
  let text = path;
  for (let times = 0; times < MOST_DECODINGS && text.includes('%'); times++) text = decodePath(text);
  const end = text.search(/[\0?#]/);
  const segments = (end < 0 ? text : text.slice(0, end)).split(/[/\\]/).map(looseSegment);
  const loose = removeDotSegments(segments.join('/')).toLowerCase();
  return loose.length > 1 && loose.endsWith('/') ? loose.slice(0, -1) : loose;
}

function looseSegment(segment: string): string {
  const mark = segment.indexOf(';');
  const name = (mark < 0 ? segment : segment.slice(0, mark)).replace(/[\x00-\x20]+$/, '');
  return name === '.' || name === '..' ? name : name.replace(/[\x00-\x20.]+$/, '');
}
