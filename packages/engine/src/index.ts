/** The public surface of the engine and nothing else. */
export * from './audit/index.ts';
export { escapeHexOnly, escapeLine, escapeLog } from './bytes/escape.ts';
export { MemoryStore } from './collections/memory-store.ts';
export type * from './collections/store.ts';
export type * from './contract.ts';
export type { NameResolver } from './registry/operator.ts';
export { type Diagnostic, formatDiagnostic } from './seclang/diagnostics.ts';
export { createWaf, RuleSetError } from './waf.ts';
