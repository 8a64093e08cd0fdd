import type { Endpoint } from '../endpoint.ts';
import { addBan, listBans, removeBan } from './bans.ts';
import { health } from './health.ts';
import { logs } from './logs.ts';
import { metrics } from './metrics.ts';
import { reload } from './reload.ts';
import { reopenLogs } from './reopen-logs.ts';
import { listRuleSwitches, switchRule, unswitchRule } from './rule-switches.ts';
import { listSlowRequests } from './slow-requests.ts';
import { status } from './status.ts';
import { issueUploadToken, listRevokedTokens, refreshUploadToken, revokeUploadToken } from './upload-tokens.ts';
import { listUpstreams, setAddressState } from './upstreams.ts';

/** Every endpoint of the admin API. */
export const ENDPOINTS: readonly Endpoint[] = [
  addBan,
  listBans,
  removeBan,
  health,
  logs,
  reload,
  reopenLogs,
  listSlowRequests,
  status,
  metrics,
  listRuleSwitches,
  switchRule,
  unswitchRule,
  listUpstreams,
  setAddressState,
  issueUploadToken,
  refreshUploadToken,
  revokeUploadToken,
  listRevokedTokens,
];
