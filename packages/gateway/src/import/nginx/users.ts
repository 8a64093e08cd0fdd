/** `auth_basic`: who may have a location by name. */
import type { DecisionList } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import { passwordProvider, setRealm } from '../proxy/password-files.ts';
import type { NginxItem } from './parse.ts';
import type { NginxScope } from './scope.ts';
import type { NginxWorkshop } from './workshop.ts';

/**
 * The `auth` of a route. `wanted`: what asks for users there. `enough`: addresses that need no user (`satisfy any`). Undefined where
 * the gate cannot say it; then nothing has been written down.
 */
export function basicLogin(
  scope: NginxScope,
  wanted: readonly NginxItem[],
  enough: DecisionList | undefined,
  workshop: NginxWorkshop,
): Settings | undefined {
  const [basic] = wanted;
  const file = scope.last('auth_basic_user_file');
  if (basic === undefined || file === undefined || wanted.some(({ name }) => name !== 'auth_basic')) return undefined;
  const [realm = ''] = basic.args;
  const [path = ''] = file.args;
  const networks = enough === undefined ? [] : onlyAllowed(enough);
  if (realm.includes('$') || path.includes('$') || networks === undefined) return undefined;
  setRealm(realm, basic.at, workshop);
  const providers = passwordProvider(path, file.at, workshop);
  return networks.length === 0 ? { providers } : { providers, require: [`ip ${networks.join(' ')}`, 'valid-user'] };
}

/** The networks of a list that allows some and nobody else; undefined for other lists. */
function onlyAllowed(list: DecisionList): readonly string[] | undefined {
  const end = list.findIndex(({ network }) => network === 'all');
  const named = list.slice(0, end);
  if (end < 0 || list[end]?.allows === true || named.some(({ allows }) => !allows)) return undefined;
  return named.map(({ network }) => network);
}
