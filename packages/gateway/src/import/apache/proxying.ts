/** mod_proxy: what goes where. Addresses are looked at once the whole site is known. */
import { checkPath } from '../../config/checks.ts';
import { checkPathPattern } from '../../proxy/path-pattern.ts';
import { COOKIE_DOMAINS_REWRITTEN, COOKIE_PATHS_REWRITTEN, LOCATIONS_REWRITTEN } from '../proxy/by-default.ts';
import type { Directive } from './parse.ts';
import type { Pass, Scope } from './scope.ts';
import { isOn, type Topic } from './topic.ts';

/** `key=value` words behind an address; a word without value is its own key. */
export function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const equals = word.indexOf('=');
      const key = equals < 0 ? word : word.slice(0, equals);
      return [key.toLowerCase(), equals < 0 ? '' : word.slice(equals + 1)] as const;
    }),
  );
}

function passOf({ args, at }: Directive, scope: Scope): Pass | string {
  const isInPlace = scope.path !== undefined;
  const path = isInPlace ? (scope.path as string) : (args[0] ?? '');
  const words = args.slice(isInPlace ? 0 : 1).filter((word) => !/^(interpolate|noquery)$/i.test(word));
  const mistake = checkPath(path);
  if (mistake !== undefined) return mistake;
  const [url, ...options] = words;
  if (url === undefined) return 'it has no address';
  return { at, path, pattern: scope.pattern, url: url === '!' ? undefined : url, options: optionsOf(options) };
}

/** A pattern that is no more than a prefix becomes one. */
function passByPattern({ args, at }: Directive, scope: Scope): Pass | string {
  if (scope.kind === 'location' && scope.pattern === undefined) return 'in a location it has no pattern';
  const [pattern = '', url, ...options] = scope.pattern === undefined ? args : [scope.pattern, ...args];
  if (url === undefined) return 'it has no address';
  const rest = { at, options: optionsOf(options) };
  const prefix = /^\^(\/[\w./-]*?)\/?(?:\(\.\*\)|\(\/\.\*\)\??)\$?$/.exec(pattern)?.[1];
  if (
    prefix !== undefined &&
    /^[^$]+\$1$/.test(url) &&
    checkPath(prefix || '/') === undefined &&
    scope.path === undefined
  )
    return { ...rest, path: prefix || '/', url: url.replace(/\$1$/, '') };
  return checkPathPattern(pattern) ?? { ...rest, path: '/', pattern, url: url === '!' ? undefined : url };
}

function take(read: (directive: Directive, scope: Scope) => Pass | string): Topic[string] {
  return (directive, scope, { ledger }) => {
    const pass = read(directive, scope);
    ledger.enter(directive.at);
    if (typeof pass === 'string') ledger.leftOut(directive.at, pass);
    else scope.passes.push(pass);
  };
}

export const proxying: Topic = {
  proxypass: take(passOf),
  proxypassmatch: take(passByPattern),
  proxypassreverse: ({ at }, _scope, { ledger }) => ledger.carried(at, ...LOCATIONS_REWRITTEN),
  proxypassreversecookiedomain: ({ at }, _scope, { ledger }) => ledger.carried(at, ...COOKIE_DOMAINS_REWRITTEN),
  proxypassreversecookiepath: ({ at }, _scope, { ledger }) => ledger.carried(at, ...COOKIE_PATHS_REWRITTEN),
  proxypreservehost({ args, at }, scope, { ledger }) {
    scope.preservesHost = isOn(args[0]);
    ledger.carried(at, `preserve_host: ${isOn(args[0])}`);
  },
  proxytimeout({ args, at }, scope, { ledger }) {
    const seconds = Number(args[0]);
    if (!(seconds > 0)) {
      ledger.leftOut(at, `"${args[0] ?? ''}" is not a time`);
      return;
    }
    scope.timeout = seconds;
    ledger.carried(at, `upstreams: response_timeout and idle_timeout ${seconds} s`);
  },
  proxyrequests({ args, at }, _scope, { ledger }) {
    if (isOn(args[0])) ledger.leftOut(at, 'the gate is never a forward proxy: anybody could go anywhere through it');
    else ledger.carried(at, 'the gate is never a forward proxy');
  },
  proxyaddheaders({ args, at }, _scope, { ledger }) {
    if (isOn(args[0])) ledger.carried(at, 'X-Forwarded-For, -Host and -Proto are always sent');
    else
      ledger.leftOut(at, 'X-Forwarded-For, -Host and -Proto are always sent; request_headers.remove takes them away');
  },
  proxyvia: ({ at }, _scope, { ledger }) => ledger.leftOut(at, 'no Via header is written'),
  proxyerroroverride({ args, at }, _scope, { ledger }) {
    if (isOn(args[0])) ledger.leftOut(at, "the upstream's error pages are passed on");
    else ledger.carried(at, "the upstream's error pages are passed on");
  },
};
