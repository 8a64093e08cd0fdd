/**
 * Applications read paths in more ways than one: servers for Java cut `;x` off, others tell no case, Windows drops dots at the end of
 * names, `.json` may only say how the answer is to look. Where a route is guarded, or rules look at its requests, a path that only such
 * a reader takes for one of its own must not get around that by way of another route.
 */
import type { RouteConfig } from '../config/config.ts';
import { isInspectedMore } from './inspection-strength.ts';
import { compilePathPattern, type PathPattern } from './path-pattern.ts';
import { isAmbiguous, loosePath, namesScript, withoutFormat, withoutFrontScript } from './path-readings.ts';
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
  /** It says by itself for which script it is. */
  readonly namesScript: boolean;
}

const NONE: readonly never[] = [];

export class Lookalikes<R extends Guardable> {
  /** Undefined where no route has more to it than another. */
  readonly #router: Router<LooseRoute<R>> | undefined;
  readonly #loose: ReadonlyMap<R, LooseRoute<R>>;
  /** A route itself is written as a careless reader would not write it. */
  readonly #isAlwaysAsked: boolean;

  constructor(routes: readonly R[]) {
    const strict = routes.filter((one) => routes.some((other) => isStricter(one, other)));
    this.#isAlwaysAsked = strict.some(
      ({ config: { pattern, path } }) => pattern.length > 0 || loosePath(path) !== path.replace(/(?<=.)\/$/, ''),
    );
    this.#loose = new Map(strict.length === 0 ? [] : routes.map((one) => [one, loosely(one)]));
    this.#router = strict.length === 0 ? undefined : createRouter([...this.#loose.values()]);
  }

  /**
   * The routes that a path may be taken for besides `route`, by which it goes, and that are guarded or have more inspected.
   * `path`: decoded once; `route`: one of those the constructor was given.
   */
  find(scheme: 'http' | 'https', host: string | undefined, path: string, route: R): readonly R[] {
    const router = this.#router;
    if (router === undefined || !(this.#isAlwaysAsked || isAmbiguous(path))) return NONE;
    const own = this.#loose.get(route) as LooseRoute<R>;
    const found = new Set<R>();
    const add = (one: LooseRoute<R> | undefined, reading: (path: string) => readonly string[]): void => {
      if (one !== undefined && isStricter(one.route, route) && !areToldApart(one, own, reading)) found.add(one.route);
    };
    const loose = loosePath(path);
    for (const reading of own.namesScript ? [loose] : withoutFrontScript(loose)) {
      add(router.match(scheme, host, reading), withoutFrontScript);
      for (const shorter of withoutFormat(reading)) {
        const one = router.match(scheme, host, shorter);
        // What is below a route is so with a format as well.
        if (one?.pattern === undefined && one?.config.path === shorter) add(one, withoutFormat);
      }
    }
    return found.size === 0 ? NONE : [...found];
  }
}

/** Who has written down both knows them apart; a pattern says which formats it is for. */
function areToldApart<R>(
  one: LooseRoute<R>,
  own: LooseRoute<R>,
  reading: (path: string) => readonly string[],
): boolean {
  if (one.pattern !== undefined) return false;
  if (own.pattern !== undefined) return reading === withoutFormat;
  return own.config.path === one.config.path || reading(own.config.path).includes(one.config.path);
}

/** Whether a request that goes by `other` might escape something that `one` has. */
function isStricter(one: Guardable, other: Guardable): boolean {
  return (
    one !== other && (one.access !== undefined || one.auth !== undefined || isInspectedMore(one.config, other.config))
  );
}

function loosely<R extends Guardable>(route: R): LooseRoute<R> {
  const { config } = route;
  const path = loosePath(config.path);
  return {
    config: { ...config, path },
    pattern: compilePathPattern(config.pattern, { isCaseless: true }),
    route,
    namesScript: namesScript(path),
  };
}
