/** Who may have what: `allow` and `deny` are lists by address as the gate has them; users are not known to it. */
import { parseNetwork } from '../../listener/networks.ts';
import { and, type DecisionList, EVERYBODY, NOBODY } from '../proxy/decision-list.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { NginxScope } from './scope.ts';

const USERS = ['auth_basic', 'auth_request', 'auth_jwt'];

/** Whom the location lets in. What needs a user lets nobody in, unless an address is enough (`satisfy any`). */
export function whoMay(scope: NginxScope, ledger: Ledger): DecisionList {
  const byAddress = addressList(scope, ledger);
  const needsUser = USERS.flatMap((name) => scope.all(name)).filter(({ args }) => args[0] !== 'off');
  for (const { at } of needsUser) ledger.leftOut(at, 'users are not identified by the gate: they are not let in');
  if (needsUser.length === 0) return byAddress ?? EVERYBODY;
  const satisfy = scope.last('satisfy');
  if (satisfy?.args[0] === 'any' && byAddress !== undefined) return byAddress;
  return and(byAddress ?? EVERYBODY, NOBODY);
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
