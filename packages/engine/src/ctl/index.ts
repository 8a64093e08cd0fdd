import type { CtlOption } from '../registry/ctl.ts';
import { auditLogParts } from './audit-log-parts.ts';
import { debugLogLevel, requestBodyLimit, responseBodyLimit } from './limits.ts';
import {
  ruleRemoveById,
  ruleRemoveByMsg,
  ruleRemoveByTag,
  ruleRemoveTargetById,
  ruleRemoveTargetByMsg,
  ruleRemoveTargetByTag,
} from './rule-removal.ts';
import {
  auditEngine,
  forceRequestBodyVariable,
  requestBodyAccess,
  requestBodyProcessor,
  responseBodyAccess,
  ruleEngine,
} from './switches.ts';

/** Every option of the `ctl` action. */
export const ctlOptions: readonly CtlOption[] = [
  auditEngine,
  auditLogParts,
  debugLogLevel,
  forceRequestBodyVariable,
  requestBodyAccess,
  requestBodyLimit,
  requestBodyProcessor,
  responseBodyAccess,
  responseBodyLimit,
  ruleEngine,
  ruleRemoveById,
  ruleRemoveByMsg,
  ruleRemoveByTag,
  ruleRemoveTargetById,
  ruleRemoveTargetByMsg,
  ruleRemoveTargetByTag,
];
