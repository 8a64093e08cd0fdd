import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../proxy/exchange.ts';
import type { CredentialPlace, Principal } from './principal.ts';
import { claimedNamesOf, passIdentity } from './upstream-identity.ts';

const HEADERS = { user: 'X-User', groups: 'X_Groups', provider: 'X-Provider' };

function pass(
  list: string[],
  hidden: readonly CredentialPlace[],
  principal?: Partial<Principal>,
  lookalikes: readonly object[] = [],
): readonly string[] {
  // Only what is looked at.
  const exchange = {
    gate: { auth: { config: { headers: HEADERS }, claimedNames: claimedNamesOf(HEADERS) } },
    route: { auth: { hidden } },
    lookalikes,
    principal: principal && { user: 'alice', groups: [], provider: 'p', type: 'Basic', ...principal },
  } as unknown as Exchange;
  return passIdentity(list, exchange);
}

describe('what the application gets', () => {
  it('has no claims of clients about users, however they are spelt', () => {
    const sent = ['x-user', 'a', 'X_USER', 'b', 'x-groups', 'c', 'x_provider', 'd', 'X-Other', 'e'];
    expect(pass(sent, [])).toEqual(['X-Other', 'e']);
  });

  it('has no credentials the gate has looked at, and the rest of the cookies', () => {
    const sent = ['Authorization', 'Basic x', 'Cookie', 'a=1; session=x; b=2', 'Host', 'a.test'];
    expect(pass(sent, [{ header: 'authorization' }, { cookie: 'session' }])).toEqual([
      'Cookie',
      'a=1; b=2',
      'Host',
      'a.test',
    ]);
    expect(pass(['Cookie', 'session=x'], [{ cookie: 'session' }])).toEqual([]);
    expect(pass(['Authorization', 'Basic x'], [])).toEqual(['Authorization', 'Basic x']);
  });

  it('has no credentials for the routes the path may be taken for either', () => {
    const sent = ['Cookie', 'a=1; session=x; token=y', 'X-Key', 'z'];
    const lookalikes = [
      { auth: { hidden: [{ header: 'x-key' }] } },
      { auth: undefined },
      { auth: { hidden: [{ cookie: 'token' }] } },
    ];
    expect(pass(sent, [{ cookie: 'session' }], undefined, lookalikes)).toEqual(['Cookie', 'a=1']);
  });

  it('names the user in printable ASCII', () => {
    const told = pass([], [], { user: 'j\xc3\xb6rg %\n', groups: ['a,b', 'c d'] });
    expect(told).toEqual(['X-User', 'j%C3%B6rg%20%25%0A', 'X_Groups', 'a%2Cb,c%20d', 'X-Provider', 'p']);
  });
});
