/** mod_proxy: what goes where. Addresses are looked at once the whole site is known. */
import { checkPath } from '../../config/checks.ts';
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
  return { at, path, url: url === '!' ? undefined : url, options: optionsOf(options) };
}

export const proxying: Topic = {
  proxypass(directive, scope, { ledger }) {
    const pass = passOf(directive, scope);
    if (typeof pass === 'string') ledger.leftOut(directive.at, pass);
    else scope.passes.push(pass);
  },
  proxypassmatch({ args, at }, scope, { ledger }) {
    const [pattern = '', url = '', ...options] = args;
    const prefix = /^\^(\/[\w./-]*?)\/?(?:\(\.\*\)|\(\/\.\*\)\??)\$?$/.exec(pattern)?.[1];
    if (url === '!' || prefix === undefined || !/^[^$]+\$1$/.test(url) || scope.path !== undefined) {
      ledger.leftOut(at, 'routes know paths and prefixes, not patterns');
      return;
    }
    const path = prefix === '' ? '/' : prefix;
    if (checkPath(path) !== undefined) {
      ledger.leftOut(at, 'routes know paths and prefixes, not patterns');
      return;
    }
    scope.passes.push({ at, path, url: url.replace(/\$1$/, ''), options: optionsOf(options) });
  },
  proxypassreverse: ({ at }, _scope, { ledger }) =>
    ledger.carried(at, 'rewrite_answers is on by default', "only addresses of the route's own upstream are translated"),
  proxypassreversecookiedomain: ({ at }, _scope, { ledger }) =>
    ledger.carried(at, 'rewrite_answers is on by default', 'a Domain that is the upstream is left out'),
  proxypassreversecookiepath: ({ at }, _scope, { ledger }) =>
    ledger.carried(
      at,
      'rewrite_answers is on by default',
      'the prefix of the route is put in place of the rewritten one',
    ),
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
