const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'] as const;

/** Upper-case name of a severity 0-7; the number itself for anything else. */
export function severityName(severity: number): string {
  return SEVERITIES[severity] ?? String(severity);
}
