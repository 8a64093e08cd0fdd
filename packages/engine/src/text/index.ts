/**
 * What programs around the rules share with them: patterns, the texts of log lines, mistakes in rules. It is loaded in a few
 * milliseconds, for processes that read configurations and inspect nothing.
 */
export { commonLogTime } from '../audit/time.ts';
export { escapeLine, escapeLog } from '../bytes/escape.ts';
export { compileRegex, type Regex, RegexSyntaxError } from '../regex/index.ts';
export { type Diagnostic, formatDiagnostic } from '../seclang/diagnostics.ts';
export { RuleSetError } from '../seclang/rule-set-error.ts';
