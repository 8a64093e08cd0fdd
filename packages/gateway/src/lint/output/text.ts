import { formatDiagnostic } from '@sallyport/engine';
import type { Finding } from '../finding.ts';

/** One line for each finding, and a sum at the end. */
export function renderFindings(findings: readonly Finding[], fileCount: number): readonly string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const sum = `${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(fileCount, 'file')}`;
  return [...findings.map(lineOf), sum];
}

function lineOf(finding: Finding): string {
  const line = formatDiagnostic(finding);
  return finding.ruleSets === undefined ? line : `${line} (in ${finding.ruleSets.join(', ')})`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
