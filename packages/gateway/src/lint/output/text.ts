import { type Diagnostic, formatDiagnostic } from '@sallyport/engine';

/** One line for each finding, and a sum at the end. */
export function renderFindings(findings: readonly Diagnostic[], fileCount: number): readonly string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const sum = `${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(fileCount, 'file')}`;
  return [...findings.map(formatDiagnostic), sum];
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
