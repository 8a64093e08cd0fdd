import type { Query } from '../query.ts';
import { applicationLoad, applicationPlaces } from './applications.ts';
import { bans, restoreBan } from './bans.ts';
import { deployments } from './deployments.ts';
import { logHealth } from './log-health.ts';
import { metrics } from './metrics.ts';
import { checkRuleSwitch, ruleSwitches, switchRule } from './rule-switches.ts';
import { slowRequests } from './slow-requests.ts';
import { revokeToken, uploadTokens } from './upload-tokens.ts';
import { setAddressState, upstreams } from './upstreams.ts';

/** Everything a worker can be asked. */
export const QUERIES: readonly Query[] = [
  applicationLoad,
  applicationPlaces,
  bans,
  deployments,
  logHealth,
  metrics,
  restoreBan,
  checkRuleSwitch,
  ruleSwitches,
  switchRule,
  slowRequests,
  setAddressState,
  upstreams,
  uploadTokens,
  revokeToken,
];
