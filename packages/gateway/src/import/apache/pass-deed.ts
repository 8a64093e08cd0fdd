/** `ProxyPass` and `ProxyPassMatch` as what a route does. */
import { checkWholePath } from '../../proxy/path-pattern.ts';
import { type Backends, unused } from './backends.ts';
import type { Deed } from './destinations.ts';
import { fcgiTarget, isFcgi } from './fcgi.ts';
import type { Pass, Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

/** Nothing else must answer in place of a backend that cannot be used. */
const UNAVAILABLE: Deed = { kind: 'answer', more: { answer: 503 } };

export function passDeed(pass: Pass, scope: Scope, backends: Backends, { ledger }: Workshop): Deed {
  const written = pass.url ?? '';
  if (isFcgi(written)) return fcgiDeed(pass, written, scope, backends, ledger);
  const dollar = written.indexOf('$');
  const template = dollar < 0 ? undefined : pathWithGroups(written);
  if (template === null) {
    ledger.noted(pass.at, 'groups can only stand in the path of an address: requests are answered with 503');
    return UNAVAILABLE;
  }
  const backend = backends.find(template === undefined ? written : template.origin, pass.options, scope);
  if (typeof backend === 'string') {
    ledger.noted(pass.at, `${backend}: requests are answered with 503`);
    return UNAVAILABLE;
  }
  for (const note of unused([...pass.options].map(([key, value]) => `${key}=${value}`))) ledger.noted(pass.at, note);
  if (template !== undefined && pass.pattern !== undefined)
    return { kind: 'whole', name: backend.name, pattern: pass.pattern, template: template.path };
  const target = backend.path ?? '';
  if (pass.path.endsWith('/') !== (target.endsWith('/') || (target === '' && pass.path === '/')))
    ledger.noted(pass.at, 'a slash at the end of one side only: paths are put together with one slash between');
  if (pass.path.endsWith('/') && pass.path !== '/')
    ledger.noted(pass.at, `${pass.path.slice(0, -1)} itself is taken too`);
  const rewrite = rewriteFor(pass.path, target === '' ? '/' : target);
  // Where nothing is rewritten it does not matter which prefix led there.
  if (rewrite === undefined) return { kind: 'upstream', name: backend.name, path: '/' };
  return { kind: 'upstream', name: backend.name, path: pass.path, rewrite };
}

function fcgiDeed(
  { at, path, pattern, options }: Pass,
  written: string,
  scope: Scope,
  backends: Backends,
  ledger: Workshop['ledger'],
): Deed {
  const target = fcgiTarget(written, path, pattern);
  if (typeof target === 'string') {
    ledger.noted(at, `${target}: requests are answered with 503`);
    return UNAVAILABLE;
  }
  const words = [...options].map(([key, value]) => `${key}=${value}`);
  for (const note of unused(words)) ledger.noted(at, note);
  if (target.root !== undefined) ledger.noted(at, 'only scripts that exist are run; the gate has to find them there');
  return { kind: 'upstream', name: backends.fastCgi(target, options, scope), path: '/', isFastCgi: true };
}

/** `http://host/x/$1` taken apart; null where groups stand elsewhere than in the path. */
function pathWithGroups(url: string): { readonly origin: string; readonly path: string } | null {
  const parts = /^((?:unix:[^|$]+\|)?[a-z]+:\/\/[^/$]*)(.*)$/i.exec(url);
  if (parts === null || /\$(?![1-9])/.test(parts[2] ?? '')) return null;
  const path = `/${(parts[2] ?? '').replace(/^\//, '').replace(/\$([1-9])/g, '{$1}')}`;
  return checkWholePath(path) === undefined ? { origin: parts[1] ?? '', path } : null;
}

/** What stands in place of the prefix; undefined where it stays. */
function rewriteFor(path: string, target: string): string | undefined {
  return path.replace(/\/+$/, '') === target.replace(/\/+$/, '') ? undefined : target;
}
