/** mod_rewrite: rules that are a proxy, a redirection or a refusal by path. */
import { checkPath, checkRedirect } from '../../config/checks.ts';
import { checkPathPattern } from '../../proxy/path-pattern.ts';
import type { Directive } from './parse.ts';
import { withQuery } from './redirects.ts';
import type { Scope } from './scope.ts';
import type { Topic, Workshop } from './topic.ts';

/** Conditions that say no more than that the client came by plain HTTP. */
const PLAIN_ONLY = [
  /^%\{HTTPS\} (!=on|!on|off|=off)$/i,
  /^%\{SERVER_PORT\} (!\^?443\$?|\^?80\$?|!=443)$/i,
  /^%\{REQUEST_SCHEME\} (!https|=?http|!=https)$/i,
];

const WORDS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  '%{HTTP_HOST}': '{host}',
  '%{SERVER_NAME}': '{host}',
  '%{REQUEST_URI}': '{uri}',
  '%{REQUEST_SCHEME}': '{scheme}',
};

export const rewrites: Topic = {
  rewriteengine({ at, args }, _scope, { ledger }) {
    if (args[0]?.toLowerCase() === 'off') ledger.leftOut(at, 'rules that stand here are read all the same');
    else ledger.carried(at, 'nothing to switch on');
  },
  rewritecond(directive, scope) {
    scope.conditions.push(directive);
  },
  rewriterule(directive, scope, workshop) {
    const conditions = scope.conditions.splice(0);
    const reason = rule(directive, conditions, scope, workshop);
    for (const { at } of conditions) {
      if (reason === undefined) workshop.ledger.carried(at, 'scheme: http on the route of its rule');
      else workshop.ledger.leftOut(at, 'its rule is not carried over');
    }
    if (reason !== undefined) workshop.ledger.leftOut(directive.at, reason);
  },
};

/** Why it is not carried over; undefined when it is. */
function rule(
  { args, at }: Directive,
  conditions: readonly Directive[],
  scope: Scope,
  { ledger }: Workshop,
): string | undefined {
  const [pattern = '', target = '', flagText = ''] = args;
  const flags = flagText
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((flag) => flag.trim())
    .filter((flag) => flag !== '');
  const isPlainOnly = conditions.length > 0;
  if (!conditions.every(({ args: words }) => PLAIN_ONLY.some((one) => one.test(words.slice(0, 2).join(' ')))))
    return 'conditions are not carried over, except those on http or https';
  if (
    !flags.every((flag) =>
      /^(P|L|F|G|R(=\w+)?|NC|nocase|NE|QSA|END|proxy|last|forbidden|gone|redirect(=\w+)?)$/i.test(flag),
    )
  )
    return `flags ${flagText} are not carried over`;
  const scheme = isPlainOnly ? ({ scheme: 'http' } as const) : {};
  const has = (...names: readonly string[]): boolean => flags.some((flag) => names.includes(flag.toLowerCase()));
  const place = placeOf(pattern, has('nc') || has('nocase'), scope);
  if (typeof place === 'string') return place;
  const early = { at, ...place, ...scheme, isEarly: true } as const;

  if (has('f', 'forbidden', 'g', 'gone')) {
    const status = has('f', 'forbidden') ? 403 : 410;
    scope.answers.push({ ...early, deed: { kind: 'answer', more: { answer: status } } });
    return undefined;
  }
  if (has('p', 'proxy')) {
    if (isPlainOnly) return 'what is passed on depends on no condition';
    if (place.pattern === undefined && !/^[^$%]*\$1$/.test(target)) return 'it loses what is behind its prefix';
    const url = place.pattern === undefined ? target.replace(/\$1$/, '') : target;
    scope.passes.push({ at, path: place.path, pattern: place.pattern, url, options: new Map(), isEarly: true });
    return undefined;
  }
  const redirecting = flags.find((flag) => /^r(edirect)?(=|$)/i.test(flag));
  if (redirecting === undefined && !/^https?:/i.test(target)) return 'paths are not rewritten on their way to files';
  const status = redirectStatus(redirecting);
  if (status === undefined) return `${redirecting} is no redirection`;
  const words = target.replace(/%\{[A-Z_]+\}/g, (word) => WORDS[word] ?? word);
  const isEverything = place.path === '/' && place.pattern === undefined && place.exact !== true;
  const whole =
    place.pattern !== undefined
      ? words.replace(/\$([1-9])/g, '{$1}')
      : isEverything && !/\{uri\}/.test(words)
        ? words.replace(/\/?\$1$/, '{uri}')
        : words.replace(/\/?\$1$/, '{rest}');
  if (/[$%]/.test(whole)) return `${target} is nothing a client could be sent to`;
  const to = withQuery(whole);
  const mistake = checkRedirect(to);
  if (mistake !== undefined) return mistake;
  ledger.enter(at);
  const { path, pattern: matches } = place;
  scope.answers.push({ ...early, deed: { kind: 'redirect', path, pattern: matches, to, status } });
  return undefined;
}

function redirectStatus(flag: string | undefined): number | undefined {
  const word = flag?.split('=')[1]?.toLowerCase() ?? 'temp';
  const status = { permanent: 301, temp: 302, seeother: 303 }[word] ?? Number(word);
  return status >= 301 && status <= 308 ? status : undefined;
}

interface Place {
  readonly path: string;
  readonly exact?: boolean;
  readonly pattern?: string;
}

const EVERYTHING = /^(\^|\.\*|\^?\(?\.\*\)?\$?|\^\/\?\(?\.\*\)?\$?|\(\.\*\)|\.\?)$/;

/** A single path, a whole prefix (`^/old$`, `^/old/(.*)$`), everything, or a pattern; a text says why it is none of them. */
function placeOf(pattern: string, ignoresCase: boolean, scope: Scope): Place | string {
  if (scope.kind === 'location') return 'rules in locations are about files';
  if (EVERYTHING.test(pattern)) return { path: '/' };
  const exact = /^\^(\/(?:[\w/-]|\\\.)*)\$$/.exec(pattern)?.[1];
  const prefix = /^\^(\/(?:[\w/-]|\\\.)*?)(?:\/\(\.\*\)\$?|\/\.\*\$?|\(\/\.\*\)\?\$?|\(\/\|\$\))$/.exec(pattern)?.[1];
  const path = (exact ?? prefix)?.replaceAll('\\.', '.');
  if (!ignoresCase && path !== undefined && checkPath(path) === undefined)
    return exact === undefined ? { path } : { path, exact: true };
  if (pattern.startsWith('!')) return 'a pattern that must not match is not carried over';
  const written = ignoresCase ? `(?i)${pattern}` : pattern;
  return checkPathPattern(written) ?? { path: '/', pattern: written };
}
