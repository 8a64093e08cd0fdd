import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { WafSettings } from '@sallyport/engine';
import { commandWords } from '../logs/piped-log.ts';

/** Throws, one line per mistake, when a log of the rules goes to a program (`|/path`) that cannot be run. */
export function checkLogPrograms(
  { audit, guardianLog, debugLog }: WafSettings,
  path = process.env['PATH'] ?? '',
): void {
  const logs = [
    ['SecAuditLog', audit.log],
    ['SecAuditLog2', audit.log2],
    ['SecGuardianLog', guardianLog?.log],
    ['SecDebugLog', debugLog],
  ] as const;
  const mistakes: string[] = [];
  for (const [directive, log] of logs) {
    if (log === undefined || !log.startsWith('|')) continue;
    const [program = ''] = commandWords(log.slice(1));
    const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
    if (!places.some(isProgram)) mistakes.push(`${directive}: ${program || 'nothing'} is no program that can be run`);
  }
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
