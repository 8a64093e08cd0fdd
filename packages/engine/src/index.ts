/** The public surface of the engine and nothing else. */
export * from './audit/index.ts';
export type * from './body-processors/xml-document.ts';
export { escapeControls, escapeHexOnly, escapeLine, escapeLog } from './bytes/escape.ts';
export { applyUpdate } from './collections/apply-update.ts';
export { MemoryStore } from './collections/memory-store.ts';
export {
  checkAddress,
  isAddress,
  MAXIMUM_KEY_LENGTH,
  MAXIMUM_RECORD_SIZE,
  RecordLimitError,
  recordSize,
  tooLarge,
} from './collections/record-limits.ts';
export type * from './collections/store.ts';
export { createRuleCache, type RuleCache } from './compile/rule-cache.ts';
export type * from './contract.ts';
export { importModsec1, type Modsec1Import, type Modsec1Line } from './import-modsec1.ts';
export type { NameResolver } from './registry/operator.ts';
export type * from './registry/services.ts';
export { type Diagnostic, formatDiagnostic } from './seclang/diagnostics.ts';
export { type ActionParts, type RuleParts, type TargetParts, writeRules } from './seclang/make-node.ts';
export { RuleSetError } from './seclang/rule-set-error.ts';
export { createWaf } from './waf.ts';
