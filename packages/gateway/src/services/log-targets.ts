import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { WafSettings } from '@sallyport/engine';
import { auditAddress } from '../logs/audit-sink.ts';
import { commandWords } from '../logs/piped-log.ts';
import { parseDestination } from '../logs/shipping/index.ts';

/**
 * Throws, one line per mistake, when a log of the rules goes to a program (`|/path`) that cannot be run, or to an address that
 * is none.
 */
export function checkLogTargets({ audit, guardianLog, debugLog }: WafSettings, path = process.env['PATH'] ?? ''): void {
  const logs = [
    ['SecAuditLog', audit.log],
    ['SecAuditLog2', audit.log2],
    ['SecGuardianLog', guardianLog?.log],
    ['SecDebugLog', debugLog],
  ] as const;
  const mistakes: string[] = [];
  for (const [directive, log] of logs) {
    if (log === undefined) continue;
    if ((audit.type === 'HTTPS' || audit.type === 'Syslog') && directive.startsWith('SecAuditLog')) {
      const mistake = whyNoServer(log, audit.type);
      if (mistake !== undefined) mistakes.push(`${directive}: ${mistake}`);
      continue;
    }
    if (!log.startsWith('|')) continue;
    const [program = ''] = commandWords(log.slice(1));
    const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
    if (!places.some(isProgram)) mistakes.push(`${directive}: ${program || 'nothing'} is no program that can be run`);
  }
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
}

function whyNoServer(log: string, type: 'HTTPS' | 'Syslog'): string | undefined {
  const destination = parseDestination(auditAddress(log, type));
  if (typeof destination === 'string') return destination;
  const isFitting = (destination.kind === 'http') === (type === 'HTTPS');
  return isFitting ? undefined : `${log} is not an address for SecAuditLogType ${type}`;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
