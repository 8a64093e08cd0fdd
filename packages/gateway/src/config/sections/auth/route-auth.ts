/** `routes[].auth`: who is asked for credentials, and who may have the route. */

import { listOf, section, type Table, text } from '../../field.ts';
import { type AccessRule, accessRule } from '../access-rules.ts';

export interface RouteAuthConfig {
  readonly providers: readonly string[];
  readonly require: readonly AccessRule[];
}

const routeAuthTable: Table<RouteAuthConfig> = {
  providers: {
    type: listOf(text('name of a provider')),
    default: [],
    summary: 'Providers that are asked who the client is, in this order; the first that knows decides.',
  },
  require: {
    type: listOf(accessRule),
    default: [{ is: 'valid-user' }],
    summary:
      'Who may have this route: one of these rules has to say so. `all granted`, `all denied`, `valid-user`, `user NAME…`, `group NAME…`, `ip NETWORK…`, `local`, `method METHOD…`, `policy NAME`, `not RULE`, and groups of rules: `any`, `all`, `none`.',
  },
};

export const routeAuth = section(routeAuthTable);
