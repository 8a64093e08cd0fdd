/** `auth_basic` and `auth_request`: who may have a location by name. */
import type { DecisionList } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import { passwordProvider, setRealm } from '../proxy/password-files.ts';
import { forwardProvider } from './forward-auth.ts';
import type { NginxItem } from './parse.ts';
import type { NginxScope } from './scope.ts';
import type { NginxUpstreams } from './upstreams.ts';
import type { NginxWorkshop } from './workshop.ts';

/**
 * The `auth` of a route. `wanted`: what asks for users there. `enough`: addresses that need no user (`satisfy any`). Undefined where
 * the gate cannot say it; then nothing has been written down.
 */
export function loginOf(
  scope: NginxScope,
  wanted: readonly NginxItem[],
  enough: DecisionList | undefined,
  upstreams: NginxUpstreams,
  workshop: NginxWorkshop,
): Settings | undefined {
  const [first, ...more] = wanted;
  const networks = enough === undefined ? [] : onlyAllowed(enough);
  // Both would have to know the user.
  if (first === undefined || more.some(({ name }) => name !== first.name) || networks === undefined) return undefined;
  const providers =
    first.name === 'auth_basic'
      ? passwords(first, scope, workshop)
      : first.name === 'auth_request'
        ? forwardProvider(first, scope, upstreams, workshop)
        : undefined;
  if (providers === undefined) return undefined;
  return networks.length === 0 ? { providers } : { providers, require: [`ip ${networks.join(' ')}`, 'valid-user'] };
}

function passwords(basic: NginxItem, scope: NginxScope, workshop: NginxWorkshop): string | undefined {
  const file = scope.last('auth_basic_user_file');
  const [realm = ''] = basic.args;
  const [path = ''] = file?.args ?? [];
  if (file === undefined || realm.includes('$') || path.includes('$')) return undefined;
  setRealm(realm, basic.at, workshop);
  return passwordProvider(path, file.at, workshop);
}

/** The networks of a list that allows some and nobody else; undefined for other lists. */
function onlyAllowed(list: DecisionList): readonly string[] | undefined {
  const end = list.findIndex(({ network }) => network === 'all');
  const named = list.slice(0, end);
  if (end < 0 || list[end]?.allows === true || named.some(({ allows }) => !allows)) return undefined;
  return named.map(({ network }) => network);
}
