export { type EntryFile, formatConcurrentIndexLine } from './concurrent-index-line.ts';
export type { AuditContext } from './context.ts';
export { formatDebugLine } from './debug-line.ts';
export {
  formatAlert,
  formatErrorLogLine,
  formatMessageLine,
  type LineContext,
} from './error-log-line.ts';
export { formatGuardianLine } from './guardian-line.ts';
export { formatJsonAudit } from './json.ts';
export { type MaskSettings, maskTarget } from './masking.ts';
export { formatNativeAudit } from './native.ts';
export { formatOcsfAudit } from './ocsf.ts';
export { RuleWords } from './rule-words.ts';
export { severityName } from './severity.ts';
export { auditTime, commonLogTime } from './time.ts';
