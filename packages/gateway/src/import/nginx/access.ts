/** Who may have what: `allow` and `deny` are lists by address as the gate has them, `auth_basic` and `auth_request` ask for a user. */
import { parseNetwork } from '../../listener/networks.ts';
import { and, type DecisionList, EVERYBODY, NOBODY } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { NginxScope } from './scope.ts';
import type { NginxUpstreams } from './upstreams.ts';
import { loginOf } from './users.ts';
import type { NginxWorkshop } from './workshop.ts';

const USERS = ['auth_basic', 'auth_request', 'auth_jwt'];

/** Who may have a location: by address, and, where `auth` is there, by name. */
export interface Admission {
  readonly list: DecisionList;
  readonly auth?: Settings;
}

/** Whom the location lets in. What needs a user the gate cannot know lets nobody in, unless an address is enough (`satisfy any`). */
export function whoMay(scope: NginxScope, upstreams: NginxUpstreams, workshop: NginxWorkshop): Admission {
  const { ledger } = workshop;
  const byAddress = addressList(scope, ledger);
  const needsUser = USERS.flatMap((name) => scope.all(name)).filter(({ args }) => args[0] !== 'off');
  if (needsUser.length === 0) return { list: byAddress ?? EVERYBODY };
  const satisfy = scope.last('satisfy');
  const enough = satisfy?.args[0] === 'any' ? byAddress : undefined;
  const auth = loginOf(scope, needsUser, enough, upstreams, workshop);
  if (auth !== undefined) return { list: enough === undefined ? (byAddress ?? EVERYBODY) : EVERYBODY, auth };
  for (const { at } of needsUser) ledger.leftOut(at, 'users are not identified this way: they are not let in');
  return { list: enough ?? and(byAddress ?? EVERYBODY, NOBODY) };
}

/** The list of the innermost block that has one; undefined without. */
function addressList(scope: NginxScope, ledger: Ledger): DecisionList | undefined {
  const items = scope.joint(['allow', 'deny']);
  if (items.length === 0) return undefined;
  const rules = items.flatMap(({ name, args: [written = ''], at }) => {
    const allows = name === 'allow';
    if (written === 'all' || parseNetwork(written) !== undefined) {
      ledger.carried(at, `routes: access, ${name} ${written}`);
      return [{ allows, network: written }];
    }
    if (written === 'unix:') {
      ledger.leftOut(at, 'listeners are no Unix sockets');
      return [];
    }
    ledger.leftOut(at, `"${written}" is no address; nginx would not start`);
    return allows ? [] : NOBODY;
  });
  return and([...rules, ...EVERYBODY], EVERYBODY);
}
