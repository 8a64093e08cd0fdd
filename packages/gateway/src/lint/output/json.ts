import type { Diagnostic } from '@sallyport/engine';

/** Findings as one JSON document. Lines and columns count from 1, columns count bytes, ends are exclusive. */
export function findingsAsJson(findings: readonly Diagnostic[]): string {
  const list = findings.map(({ code, severity, message, hint, span: { file, start, end } }) => ({
    code,
    severity,
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
  return JSON.stringify({ findings: list }, undefined, 2);
}
