import type { Finding } from '../finding.ts';

/** Findings as one JSON document. Lines and columns count from 1, columns count bytes, ends are exclusive. */
export function findingsAsJson(findings: readonly Finding[]): string {
  const list = findings.map(({ code, severity, message, hint, ruleSets, span: { file, start, end } }) => ({
    code,
    severity,
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(ruleSets === undefined ? {} : { ruleSets }),
  }));
  return JSON.stringify({ findings: list }, undefined, 2);
}
