/** Locations as routes. */
import { checkPath, checkRedirect } from '../../config/checks.ts';
import { checkPathPattern, checkWholePath } from '../../proxy/path-pattern.ts';
import { accessRules, isNobody } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { SiteRoute } from '../proxy/site.ts';
import { whoMay } from './access.ts';
import { fastCgiUpstream } from './fastcgi.ts';
import { answerHeaders, hostAndHeaders } from './headers.ts';
import type { NginxItem } from './parse.ts';
import { sizeOf } from './quantities.ts';
import type { NginxScope } from './scope.ts';
import { siteFiles } from './site-files.ts';
import { trafficOf } from './traffic.ts';
import type { NginxUpstreams } from './upstreams.ts';
import type { NginxWorkshop } from './workshop.ts';

/** The route of a location; `path` is `/` for what stands in the server itself. */
export function locationRoute(
  scope: NginxScope,
  names: readonly string[],
  upstreams: NginxUpstreams,
  workshop: NginxWorkshop,
): SiteRoute | undefined {
  const { ledger } = workshop;
  const path = scope.path ?? '/';
  const at = scope.at as NginxItem['at'];
  const mistake = checkPath(path);
  if (mistake !== undefined) {
    ledger.leftOut(at, mistake);
    return undefined;
  }
  const place = {
    at,
    path,
    ...(scope.exact && { exact: true }),
    ...(scope.pattern !== undefined && { pattern: [scope.pattern] }),
  };
  const tag = workshop.tagOf(scope);
  const order: Settings = {
    ...(scope.overPatterns && !scope.exact && hasPatterns(scope) && { over_patterns: true }),
    ...(tag !== undefined && { tag }),
  };
  const [internal] = scope.own('internal');
  if (internal !== undefined) {
    ledger.carried(internal.at, 'answer 404', 'nobody gets there from outside');
    return { ...place, what: 'answer 404', more: { answer: 404, ...order } };
  }
  // nginx returns and rewrites before it looks at who is asking.
  const own = ownAnswer(scope, names, ledger);
  if (own !== undefined) return { ...place, ...own, more: { ...own.more, ...order } };
  const { list, auth } = whoMay(scope, upstreams, workshop);
  if (isNobody(list)) return { ...place, what: 'answer 403', more: { answer: 403, ...order } };
  const access = accessRules(list);
  const guard: Settings = { ...order, ...(access.length > 0 && { access }), ...(auth && { auth }) };
  const pass = scope.own('proxy_pass').at(-1);
  const program = scope.own('fastcgi_pass').at(-1);
  const { what, more } =
    pass !== undefined
      ? passed(pass, scope, path, upstreams, workshop)
      : program !== undefined
        ? passedToProgram(program, scope, upstreams, workshop)
        : siteFiles(scope, upstreams, workshop);
  const ofApplication = more['upstream'] === undefined ? {} : applicationSettings(scope, pass !== undefined, workshop);
  return { ...place, what, more: { ...more, ...ofApplication, ...guard } };
}

/** Whether the order of prefixes and patterns matters in its server. */
function hasPatterns(scope: NginxScope): boolean {
  const { server } = scope;
  return server.locations.some(({ pattern }) => pattern !== undefined) || server.own('rewrite').length > 0;
}

type Own = Pick<SiteRoute, 'what' | 'more'>;

/** `return`, or a `rewrite` that redirects. */
function ownAnswer(scope: NginxScope, names: readonly string[], ledger: Ledger): Own | undefined {
  for (const { at, args } of scope.own('return')) {
    const found = returned(args, names);
    if (typeof found === 'string') {
      ledger.leftOut(at, found);
      return { what: 'answer 503', more: { answer: 503 } };
    }
    ledger.carried(at, found.what);
    return found;
  }
  let answer: Own | undefined;
  for (const { at, args } of scope.own('rewrite')) {
    const [pattern = '', target = '', flag = ''] = args;
    if (!isRedirect(args) || !isWhole(pattern) || answer !== undefined) {
      const isStripped = flag === 'break' && strippedPrefix(pattern, target, scope.path) !== undefined;
      const isOfServer = scope.path === undefined && isRedirect(args);
      if (!isStripped && !isOfServer)
        ledger.leftOut(
          at,
          'only rewrites that redirect everything, or take off the prefix of the location, are carried over',
        );
      continue;
    }
    const found = returned([flag === 'permanent' ? '301' : '302', target.replace(/\/\$1$/, '$request_uri')], names);
    if (typeof found === 'string') ledger.leftOut(at, found);
    else {
      ledger.carried(at, found.what);
      answer = found;
    }
  }
  return answer;
}

function isRedirect([, target = '', flag = '']: readonly string[]): boolean {
  return flag === 'permanent' || flag === 'redirect' || /^https?:/.test(target);
}

/** A rewrite that leaves nothing for the locations of its server. */
export function redirectsAll({ args }: NginxItem): boolean {
  return isRedirect(args) && isWhole(args[0] ?? '');
}

/** It matches every path. */
function isWhole(pattern: string): boolean {
  return /^(\^|\.\*|\^?\(?\.\*\)?\$?|\^\/\(\.\*\)\$?)$/.test(pattern);
}

/** `rewrite ^/old/(.*)$ /new/$1 permanent` in a server: redirections by pattern, which come before its locations. */
export function serverRedirects(server: NginxScope, names: readonly string[], ledger: Ledger): readonly SiteRoute[] {
  return server.own('rewrite').flatMap(({ at, args }) => {
    const [pattern = '', target = '', flag = ''] = args;
    if (!isRedirect(args) || isWhole(pattern)) return [];
    const words = target.replace(/\$([1-9])/g, '{$1}').replace(/\?$/, '');
    const to = target.includes('?') || /\$(request_uri|uri)/.test(target) ? words : `${words}{query}`;
    const found = returned([flag === 'permanent' ? '301' : '302', to], names);
    const mistake = checkPathPattern(pattern) ?? (typeof found === 'string' ? found : undefined);
    if (typeof found === 'string' || mistake !== undefined) {
      ledger.leftOut(at, mistake as string);
      return [];
    }
    const before = server.locations.filter((one) => one.exact || one.overPatterns);
    if (before.length > 0) ledger.noted(at, 'locations with = and ^~ come before it here');
    return [{ at, path: '/', pattern: [pattern], ...found }];
  });
}

const WORDS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  host: '{host}',
  scheme: '{scheme}',
  request_uri: '{uri}',
  uri: '{uri}',
  http_host: '{host}',
};

/** `return 301 https://$host$request_uri`, `return 200 "ok"`, `return 444`. A text says why it cannot be. */
function returned([first = '', second]: readonly string[], names: readonly string[]): Own | string {
  const isStatus = /^\d{3}$/.test(first);
  const status = isStatus ? Number(first) : 302;
  const text = isStatus ? second : first;
  if (status === 444) return { what: 'answer 400, where nginx closes the connection', more: { answer: 400 } };
  if (status < 200 || status > 599) return `${status} is no status of an answer`;
  if (status < 301 || status > 308 || status === 304) {
    if (text === undefined) return { what: `answer ${status}`, more: { answer: status } };
    if (text.includes('$')) return 'the text has variables';
    return { what: `answer ${status} with a text`, more: { answer: { status, body: text } } };
  }
  if (text === undefined) return 'it has no target';
  const to = text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) =>
    name === 'server_name' ? (names[0] ?? whole) : (WORDS[name] ?? whole),
  );
  if (to.includes('$')) return `${text} has variables that are not known here`;
  const mistake = checkRedirect(to);
  return mistake ?? { what: `redirect ${status} ${to}`, more: { redirect: { to, status } } };
}

/** What `rewrite ^/app/(.*)$ /$1 break` puts in place of the prefix of the location. */
function strippedPrefix(pattern: string, target: string, path: string | undefined): string | undefined {
  const prefix = /^\^(\/[\w./-]*?)\/?\(?\/?\(?\.\*\)\$?$/.exec(pattern)?.[1];
  if (prefix === undefined || path === undefined || prefix !== path.replace(/\/+$/, '')) return undefined;
  return /^(\/[\w./-]*)\$1$/.exec(target)?.[1] ?? (target === '$1' ? '/' : undefined);
}

function passed(
  pass: NginxItem,
  scope: NginxScope,
  path: string,
  upstreams: NginxUpstreams,
  { ledger }: NginxWorkshop,
): Own {
  const written = (pass.args[0] ?? '').replace(/\$request_uri$/, '');
  const whole = scope.pattern === undefined ? undefined : groupsIn(written);
  const backend =
    whole !== undefined
      ? upstreams.find(whole.origin, scope)
      : written.includes('$')
        ? 'variables in an address are not carried over'
        : upstreams.find(written, scope);
  if (typeof backend === 'string') {
    // Nothing else must answer in its place.
    ledger.leftOut(pass.at, `${backend}: requests are answered with 503`);
    return { what: 'answer 503', more: { answer: 503 } };
  }
  let rewrite = scope.pattern === undefined ? backend.path : undefined;
  for (const { at, args } of scope.own('rewrite')) {
    const stripped = args[2] === 'break' ? strippedPrefix(args[0] ?? '', args[1] ?? '', path) : undefined;
    if (stripped === undefined) continue;
    rewrite = stripped;
    ledger.carried(at, `rewrite: ${stripped}`);
  }
  const notes: string[] = [];
  if (rewrite !== undefined && rewrite.endsWith('/') !== path.endsWith('/'))
    notes.push('a slash at the end of one side only: paths are put together with one slash between');
  if (whole !== undefined && !whole.hasQuery) notes.push('the query is sent along, where nginx drops it');
  if (!path.endsWith('/') && !scope.exact) notes.push(`nginx takes ${path}x as well; routes go by whole segments`);
  const isSame = rewrite === undefined || rewrite.replace(/\/+$/, '') === path.replace(/\/+$/, '');
  const more: Settings = {
    upstream: backend.name,
    ...(!isSame && { rewrite }),
    ...(whole !== undefined && { rewrite_whole: whole.path }),
  };
  ledger.carried(pass.at, `upstream ${backend.name}${isSame ? '' : ` with rewrite ${rewrite}`}`, ...notes);
  return { what: `upstream ${backend.name}`, more };
}

function passedToProgram(pass: NginxItem, scope: NginxScope, upstreams: NginxUpstreams, workshop: NginxWorkshop): Own {
  const { ledger } = workshop;
  const found = fastCgiUpstream(scope, undefined, upstreams, workshop);
  if (typeof found === 'string') {
    ledger.leftOut(pass.at, `${found}: requests are answered with 503`);
    return { what: 'answer 503', more: { answer: 503 } };
  }
  ledger.carried(pass.at, `upstream ${found.name}`);
  return { what: `upstream ${found.name}`, more: { upstream: found.name } };
}

/** What holds for a route whatever protocol its application speaks. `isProxied`: HTTP. */
function applicationSettings(scope: NginxScope, isProxied: boolean, workshop: NginxWorkshop): Settings {
  const { ledger } = workshop;
  return {
    ...(isProxied ? hostAndHeaders(scope, ledger) : answerHeaders(scope, ledger)),
    ...(isProxied && scope.last('proxy_redirect')?.args[0] === 'off' && { rewrite_answers: false }),
    ...maxBody(scope),
    ...waf(scope, ledger),
    ...trafficOf(scope, workshop),
  };
}

/** `http://app/x/$1$is_args$args`: groups of the location in the path. */
function groupsIn(
  url: string,
): { readonly origin: string; readonly path: string; readonly hasQuery: boolean } | undefined {
  const parts = /^(https?:\/\/[^/$]+)(\/[^$?]*(?:\$[1-9][^$?]*)+)(\$is_args\$args|\?\$args)?$/i.exec(url);
  if (parts === null) return undefined;
  const path = (parts[2] as string).replace(/\$([1-9])/g, '{$1}');
  if (checkWholePath(path) !== undefined) return undefined;
  return { origin: parts[1] as string, path, hasQuery: parts[3] !== undefined };
}

/** nginx allows 1 MiB when nobody says otherwise. */
function maxBody(scope: NginxScope): Settings {
  const bytes = sizeOf(scope.last('client_max_body_size')?.args[0]);
  return { max_body: bytes ?? 1024 * 1024 };
}

function waf(scope: NginxScope, ledger: Ledger): Settings {
  const item = scope.last('modsecurity');
  if (item === undefined) return {};
  const mode = item.args[0] === 'on' ? 'on' : 'off';
  ledger.carried(item.at, `routes: waf ${mode}`);
  return { waf: mode };
}
