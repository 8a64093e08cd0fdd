/** mod_rewrite: the few forms that are a proxy, a redirection or a refusal by path. */
import { checkPath, checkRedirect } from '../../config/checks.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Topic, Workshop } from './topic.ts';

/** Conditions that say no more than that the client came by plain HTTP. */
const PLAIN_ONLY = [
  /^%\{HTTPS\} (!=on|!on|off|=off)$/i,
  /^%\{SERVER_PORT\} (!\^?443\$?|\^?80\$?|!=443)$/i,
  /^%\{REQUEST_SCHEME\} (!https|=?http|!=https)$/i,
];

const WORDS: Readonly<Record<string, string>> = {
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

const PATTERNS = 'only rules that take a whole prefix or a single path are';

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
    !flags.every((flag) => /^(P|L|F|G|R(=\w+)?|NC|NE|QSA|END|proxy|last|forbidden|gone|redirect(=\w+)?)$/i.test(flag))
  )
    return `flags ${flagText} are not carried over`;
  const scheme = isPlainOnly ? ({ scheme: 'http' } as const) : {};
  const has = (...names: readonly string[]): boolean => flags.some((flag) => names.includes(flag.toLowerCase()));
  const place = placeOf(pattern, scope);

  if (has('f', 'forbidden', 'g', 'gone')) {
    if (place === undefined) return PATTERNS;
    const status = has('f', 'forbidden') ? 403 : 410;
    scope.answers.push({ at, ...place, ...scheme, what: `answer ${status}`, more: { answer: status } });
    return undefined;
  }
  if (has('p', 'proxy')) {
    if (isPlainOnly || place === undefined || place.exact) return PATTERNS;
    if (!/^[^$%]*\$1$/.test(target)) return PATTERNS;
    scope.passes.push({ at, path: place.path, url: target.replace(/\$1$/, ''), options: new Map() });
    return undefined;
  }
  const redirecting = flags.find((flag) => /^r(edirect)?(=|$)/i.test(flag));
  if (redirecting === undefined && !/^https?:/i.test(target)) return 'paths are not rewritten on their way to files';
  const status = redirectStatus(redirecting);
  if (status === undefined) return `${redirecting} is no redirection`;
  const isEverything = /^(\^|\.\*|\^?\(?\.\*\)?\$?|\^\/\?\(?\.\*\)?\$?|\(\.\*\)|\.\?)$/.test(pattern);
  const words = target.replace(/%\{[A-Z_]+\}/g, (word) => WORDS[word] ?? word);
  const to = isEverything && !/\{uri\}/.test(words) ? words.replace(/\/?\$1$/, '{uri}') : words;
  const found = isEverything ? { path: '/', exact: false } : place;
  if (found === undefined) return PATTERNS;
  const whole = found.exact || isEverything ? to : to.replace(/\/?\$1$/, '{rest}');
  if (/[$%]/.test(whole)) return PATTERNS;
  const mistake = checkRedirect(whole);
  if (mistake !== undefined) return mistake;
  ledger.enter(at);
  scope.answers.push({
    at,
    ...found,
    ...scheme,
    what: `redirect ${status} ${whole}`,
    more: { redirect: { to: whole, status } },
  });
  return undefined;
}

function redirectStatus(flag: string | undefined): number | undefined {
  const word = flag?.split('=')[1]?.toLowerCase() ?? 'temp';
  const status = { permanent: 301, temp: 302, seeother: 303 }[word] ?? Number(word);
  return status >= 301 && status <= 308 ? status : undefined;
}

/** The path a pattern stands for, when it is one: `^/old$`, `^/old/(.*)$`, `^/?(.*)`. */
function placeOf(pattern: string, scope: Scope): { readonly path: string; readonly exact: boolean } | undefined {
  if (scope.kind === 'location') return undefined;
  const exact = /^\^(\/(?:[\w/-]|\\\.)*)\$$/.exec(pattern);
  const prefix = /^\^(\/(?:[\w/-]|\\\.)*?)(?:\/?\??(?:\(\.\*\)|\.\*)\$?|\(\/\.\*\)\??\$?|\(\/\|\$\))?$/.exec(pattern);
  const found = exact?.[1] ?? prefix?.[1];
  if (found === undefined) return undefined;
  const path = found.replaceAll('\\.', '.');
  return checkPath(path) === undefined ? { path, exact: exact !== null } : undefined;
}
