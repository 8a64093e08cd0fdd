import type { RouteConfig } from '../config/config.ts';
import type { AccessList } from '../stages/access/access-list.ts';
import type { RouteAuth } from '../stages/auth/route-auth.ts';
import type { RouteTraffic } from '../stages/traffic/route-traffic.ts';
import type { Firewall } from '../waf/firewall.ts';
import type { PathPattern } from './path-pattern.ts';
import type { Upstream } from './upstream.ts';

/** A route with everything looked up that it names. */
export interface ActiveRoute {
  readonly config: RouteConfig;
  /** That of the configuration; absent where any path will do. */
  readonly pattern: PathPattern | undefined;
  /** Absent where everybody may have it. */
  readonly access: AccessList | undefined;
  /** Absent where the gate answers itself. */
  readonly upstream: Upstream | undefined;
  /** Absent where no rules apply; another one while rules are switched at run time. */
  firewall: Firewall | undefined;
  /** Largest request body; 0 means no limit. */
  readonly maxBody: number;
  /** Absent where nobody waits. */
  readonly traffic: RouteTraffic | undefined;
  /** Absent where nobody has to say who they are. */
  readonly auth: RouteAuth | undefined;
}
