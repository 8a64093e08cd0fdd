/** `auth_request`: another server says who may have a location. */
import { checkHeaderName } from '../../config/checks.ts';
import { checkForwardUrl } from '../../config/sections/auth/forward.ts';
import type { NginxItem } from './parse.ts';
import type { NginxScope } from './scope.ts';
import type { NginxUpstreams } from './upstreams.ts';
import type { NginxWorkshop } from './workshop.ts';

const ASSUMED_HEADER = 'X-User';

/**
 * The name of the provider for an `auth_request`; undefined where the gate cannot ask that way, and then nothing has been written.
 * Other than nginx the gate lets in only whom the answer names.
 */
export function forwardProvider(
  request: NginxItem,
  scope: NginxScope,
  upstreams: NginxUpstreams,
  { draft, ledger }: NginxWorkshop,
): string | undefined {
  const path = request.args[0] ?? '';
  const location = scope.server.locations.find((one) => one.pattern === undefined && one.path === path);
  const pass = location?.own('proxy_pass').at(-1);
  const url = pass && upstreams.plainUrl(pass.args[0] ?? '', path);
  if (location === undefined || pass === undefined || url === undefined || checkForwardUrl(url) !== undefined)
    return undefined;
  const user = headerOf(scope, /user/i);
  const groups = headerOf(scope, /groups?|roles?/i);
  const settings = {
    url,
    ...(user !== undefined && { user_header: user }),
    ...(groups !== undefined && { groups_header: groups }),
  };
  const name = draft.provider('forward', path.replace(/^\/+/, ''), settings);
  ledger.carried(request.at, `auth: forward.${name}`);
  ledger.noted(
    request.at,
    user === undefined
      ? `its answer has to name the user in ${ASSUMED_HEADER}; set user_header, otherwise nobody gets in`
      : `its answer has to name the user in ${user}`,
  );
  ledger.carried(
    pass.at,
    `auth: forward.${name}.url ${url}`,
    'asked with GET, Authorization and Cookie; method and address of the request are in X-Forwarded-Method and X-Forwarded-Uri',
  );
  for (const { at, args } of scope.all('auth_request_set')) {
    const header = upstreamHeader(args[1]);
    if (header !== undefined && (header === user || header === groups))
      ledger.carried(at, `auth: forward.${name}, ${header}`);
    else ledger.leftOut(at, 'of its answer only the names of user and groups are taken');
  }
  return name;
}

/** The header of the answer that is put into a variable of such a name. */
function headerOf(scope: NginxScope, names: RegExp): string | undefined {
  const headers = scope.all('auth_request_set').flatMap(({ args }) => upstreamHeader(args[1]) ?? []);
  return headers.find((one) => names.test(one) && checkHeaderName(one) === undefined);
}

/** `$upstream_http_x_user` is the header X-User. */
function upstreamHeader(written: string | undefined): string | undefined {
  const name = /^\$upstream_http_(\w+)$/.exec(written ?? '')?.[1];
  return name
    ?.split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('-');
}
