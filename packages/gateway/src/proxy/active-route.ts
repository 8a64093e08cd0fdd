import type { RouteConfig } from '../config/config.ts';
import type { RouteTraffic } from '../stages/traffic/route-traffic.ts';
import type { Firewall } from '../waf/firewall.ts';
import type { Upstream } from './upstream.ts';

/** A route with everything looked up that it names. */
export interface ActiveRoute {
  readonly config: RouteConfig;
  /** Absent where the gate answers itself. */
  readonly upstream: Upstream | undefined;
  /** Absent where no rules apply; another one while rules are switched at run time. */
  firewall: Firewall | undefined;
  /** Largest request body; 0 means no limit. */
  readonly maxBody: number;
  /** Absent where nobody waits. */
  readonly traffic: RouteTraffic | undefined;
}
