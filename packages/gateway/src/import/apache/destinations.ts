/** Where requests of a class go: to a backend, elsewhere by a redirection, to an answer of the gate. */
import { compilePathPattern } from '../../proxy/path-pattern.ts';
import type { Settings } from '../proxy/draft.ts';
import type { SiteRoute } from '../proxy/site.ts';
import type { RequestClass } from './request-classes.ts';

/** What a route does, relative to the path of the directive it comes from. */
export type Deed =
  /** `rewrite`: stands in place of the path of the directive. */
  | {
      readonly kind: 'upstream';
      readonly name: string;
      readonly path: string;
      readonly rewrite?: string;
      readonly isFastCgi?: boolean;
    }
  /** `template`: the whole path, with groups of the pattern. */
  | { readonly kind: 'whole'; readonly name: string; readonly pattern: string; readonly template: string }
  | {
      readonly kind: 'redirect';
      readonly path: string;
      readonly pattern?: string | undefined;
      readonly to: string;
      readonly status: number;
    }
  | { readonly kind: 'answer'; readonly more: Settings };

export const NOT_FOUND: Deed = { kind: 'answer', more: { answer: 404 } };
export const FORBIDDEN: Deed = { kind: 'answer', more: { answer: 403 } };

type Written = Pick<SiteRoute, 'what' | 'more' | 'pattern'>;

/** The deed as settings of the route of that class. */
export function writeDeed(deed: Deed, request: RequestClass): Written {
  const { path, patterns } = request;
  switch (deed.kind) {
    case 'upstream': {
      const rest = trimmed(path).slice(trimmed(deed.path).length);
      const rewrite = deed.rewrite === undefined ? undefined : trimmed(deed.rewrite) + rest || '/';
      // The slash at the end stays where the route is that of the directive.
      const kept = rest === '' ? deed.rewrite : rewrite;
      return {
        what: `upstream ${deed.name}${kept === undefined ? '' : ` with rewrite ${kept}`}`,
        more: { upstream: deed.name, ...(kept !== undefined && { rewrite: kept }) },
        pattern: patterns,
      };
    }
    case 'whole': {
      const whole = request.exact ? filled(deed.template, deed.pattern, path) : deed.template;
      return {
        what: `upstream ${deed.name} with rewrite_whole ${whole}`,
        more: { upstream: deed.name, rewrite_whole: whole },
        pattern: first(deed.pattern, patterns),
      };
    }
    case 'redirect': {
      const { pattern, status } = deed;
      const rest = trimmed(path).slice(trimmed(deed.path).length);
      const whole = pattern !== undefined && request.exact ? filled(deed.to, pattern, path) : deed.to;
      const to = whole.replace('{rest}', `${rest}{rest}`);
      return {
        what: `redirect ${status} ${to}`,
        more: { redirect: { to, status } },
        pattern: pattern === undefined ? patterns : first(pattern, patterns),
      };
    }
    case 'answer':
      return { what: `answer ${JSON.stringify(deed.more['answer'])}`, more: deed.more, pattern: patterns };
  }
}

/** Groups are those of the first pattern of a route. */
function first(pattern: string, patterns: readonly string[]): readonly string[] {
  return [pattern, ...patterns.filter((one) => one !== pattern)];
}

function filled(template: string, pattern: string, path: string): string {
  return compilePathPattern([pattern])?.fill(template, path) ?? template;
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}
