import type { Span } from './ast.ts';

export type Severity = 'error' | 'warning';

/** One finding about rule text. The code is stable; the message is in the words of the person who wrote the rule. */
export interface Diagnostic {
  /** `SL` and four digits. `SL1xxx` syntax, `SL2xxx` meaning, `SL3xxx` files and limits. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly span: Span;
}

/** Collects findings, so that one run shows every mistake. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];

  get all(): readonly Diagnostic[] {
    return this.#list;
  }

  get hasErrors(): boolean {
    return this.#list.some((one) => one.severity === 'error');
  }

  error(code: string, message: string, span: Span, hint?: string): void {
    this.#add('error', code, message, span, hint);
  }

  warning(code: string, message: string, span: Span, hint?: string): void {
    this.#add('warning', code, message, span, hint);
  }

  #add(severity: Severity, code: string, message: string, span: Span, hint: string | undefined): void {
    this.#list.push(hint === undefined ? { code, severity, message, span } : { code, severity, message, span, hint });
  }
}

/** `rules.conf:3:14 SL1203 unknown operator "beginWith"; did you mean "beginsWith"?` */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, start } = diagnostic.span;
  const label = diagnostic.severity === 'warning' ? 'warning: ' : '';
  const hint = diagnostic.hint === undefined ? '' : `; ${diagnostic.hint}`;
  return printable(`${file}:${start.line}:${start.column} ${diagnostic.code} ${label}${diagnostic.message}${hint}`);
}

/** Messages quote the rules, and terminals obey control bytes. */
function printable(text: string): string {
  return text.replace(
    /[\0-\x08\x0b-\x1f\x7f-\x9f]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
