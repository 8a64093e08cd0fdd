/** Locations that serve files beside an application of FastCGI: `try_files`, `index`, `expires`. */
import { checkPath } from '../../config/checks.ts';
import { compilePathPattern } from '../../proxy/path-pattern.ts';
import type { Settings } from '../proxy/draft.ts';
import { fastCgiUpstream, rootOf } from './fastcgi.ts';
import type { NginxItem } from './parse.ts';
import { timeOf } from './quantities.ts';
import type { NginxScope } from './scope.ts';
import type { NginxUpstreams } from './upstreams.ts';
import type { NginxWorkshop } from './workshop.ts';

/** `expires max`: ten years. */
const FOREVER = '87600 h';

/** Directives about files; where none are served they have no effect. */
const ABOUT_FILES = ['root', 'alias', 'index', 'try_files', 'expires'];

/** What a location that passes nothing on becomes; a 404 where no application is beside its files. */
export function siteFiles(
  scope: NginxScope,
  upstreams: NginxUpstreams,
  workshop: NginxWorkshop,
): { readonly what: string; readonly more: Settings } {
  const { ledger } = workshop;
  const found = filesBeside(scope, upstreams, workshop);
  if (typeof found !== 'string') {
    ledger.carried(scope.at as NginxItem['at'], `upstream ${found.name}`);
    return { what: `upstream ${found.name}`, more: { upstream: found.name } };
  }
  ledger.noted(scope.at as NginxItem['at'], `it passes nothing on, and ${found}`);
  for (const { at } of ABOUT_FILES.flatMap((name) => scope.all(name))) ledger.leftOut(at, found);
  return { what: 'answer 404', more: { answer: 404 } };
}

/** The upstream; a text says why files are not served here. */
function filesBeside(
  scope: NginxScope,
  upstreams: NginxUpstreams,
  workshop: NginxWorkshop,
): { readonly name: string } | string {
  const { ledger } = workshop;
  const server = scope.server;
  const tries = scope.last('try_files');
  const fallback = tries?.args.at(-1) ?? '=404';
  const isPath = fallback.startsWith('/') && !/\$(?!(is_args|args|query_string|uri)\b)/.test(fallback);
  const controller = isPath ? (fallback.split(/[?$]/, 1)[0] ?? '') : undefined;
  const scripts = locationOf(server, controller ?? '/index.php');
  if (scripts === undefined) return 'files are not served, only applications behind the gate';
  const root = rootOf(scope);
  const other = rootOf(scripts);
  if ('mistake' in root) return root.mistake;
  if ('mistake' in other || other.folder !== root.folder)
    return 'files of another folder than that of the scripts are not served';
  if (controller === undefined && fallback !== '=404')
    ledger.noted(tries?.at as NginxItem['at'], `${fallback}: what is no file is answered with 404`);
  const wrong = controller === undefined ? undefined : checkPath(controller);
  if (wrong !== undefined) return wrong;
  const isHome = tries === undefined || tries.args.includes('$uri/');
  // Behind ^~ nginx asks for no pattern, so no script runs there.
  const index = isHome && !scope.overPatterns && !scope.exact ? indexOf(scope, workshop) : [];
  const expires = scope.last('expires');
  const maxAge = expires?.args[0] === 'max' ? FOREVER : timeOf(expires?.args[0]);
  const wishes = {
    index,
    ...(controller !== undefined && { frontController: controller }),
    ...(maxAge !== undefined && { maxAge }),
  };
  const upstream = fastCgiUpstream(scripts, wishes, upstreams, workshop);
  if (typeof upstream === 'string') return upstream;
  account(scope, controller, maxAge, workshop);
  return upstream;
}

function account(
  scope: NginxScope,
  controller: string | undefined,
  maxAge: string | undefined,
  { ledger }: NginxWorkshop,
): void {
  const root = scope.last('root');
  const tries = scope.last('try_files');
  const expires = scope.last('expires');
  const kinds = 'files of known types; see fastcgi.serve_files';
  if (root !== undefined) ledger.carried(root.at, 'fastcgi.root, fastcgi.serve_files', kinds);
  if (tries !== undefined) {
    ledger.carried(
      tries.at,
      `fastcgi.serve_files${controller === undefined ? '' : `, front_controller: ${controller}`}`,
    );
    const others = tries.args.slice(0, -1).filter((one) => one !== '$uri' && one !== '$uri/');
    if (others.length > 0) ledger.noted(tries.at, `${others.join(' ')}: not tried`);
  }
  if (expires !== undefined && maxAge !== undefined) ledger.carried(expires.at, `fastcgi.file_max_age: ${maxAge}`);
  else if (expires !== undefined) ledger.leftOut(expires.at, 'the gate says how long files are good, or nothing');
}

/** Scripts that answer for folders. */
function indexOf(scope: NginxScope, { ledger }: NginxWorkshop): readonly string[] {
  const item = scope.last('index');
  if (item === undefined) return [];
  const scripts = item.args.filter((name) => /^[\w-][\w.-]*\.php$/.test(name));
  const pages = item.args.filter((name) => !scripts.includes(name));
  ledger.carried(item.at, `fastcgi.index: ${scripts.join(', ') || 'none'}`);
  if (pages.length > 0) ledger.noted(item.at, `${pages.join(', ')}: no page answers for a folder, only a script`);
  return scripts;
}

/** The location a path would go to, if it speaks FastCGI. */
function locationOf(server: NginxScope, path: string): NginxScope | undefined {
  const exact = server.locations.find((one) => one.exact && one.path === path);
  const pattern = server.locations.find(
    (one) => one.pattern !== undefined && compilePathPattern([one.pattern])?.matches(path) === true,
  );
  const found = exact ?? pattern;
  return found !== undefined && found.own('fastcgi_pass').length > 0 ? found : undefined;
}
