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
  forceResponseBodyVariable,
  hashEnforcement,
  hashEngine,
  requestBodyAccess,
  requestBodyProcessor,
  responseBodyAccess,
  responseBodyProcessor,
  ruleEngine,
} from './switches.ts';

/** Every option of the `ctl` action. */
export const ctlOptions: readonly CtlOption[] = [
  auditEngine,
  auditLogParts,
  debugLogLevel,
  forceRequestBodyVariable,
  forceResponseBodyVariable,
  hashEnforcement,
  hashEngine,
  requestBodyAccess,
  requestBodyLimit,
  requestBodyProcessor,
  responseBodyAccess,
  responseBodyLimit,
  responseBodyProcessor,
  ruleEngine,
  ruleRemoveById,
  ruleRemoveByMsg,
  ruleRemoveByTag,
  ruleRemoveTargetById,
  ruleRemoveTargetByMsg,
  ruleRemoveTargetByTag,
];
