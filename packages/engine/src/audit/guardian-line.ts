import type { TransactionRecord } from '../contract.ts';
import { formatCombinedLine } from './combined-line.ts';
import type { MaskSettings } from './masking.ts';

/**
 * The line `SecGuardianLog` hands to a guardian such as httpd-guardian, without line end: the combined fields, then how long
 * the request took in microseconds and in seconds, and two fields ModSecurity has reserved (`"-" 0`).
 */
export function formatGuardianLine(record: TransactionRecord, mask?: MaskSettings): string {
  const microseconds = Math.round(record.durationMicroseconds);
  return formatCombinedLine(record, `${microseconds} ${Math.floor(microseconds / 1_000_000)} "-" 0`, mask);
}
