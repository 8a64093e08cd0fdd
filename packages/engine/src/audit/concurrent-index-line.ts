import type { TransactionRecord } from '../contract.ts';
import { formatCombinedLine, word } from './combined-line.ts';
import type { MaskSettings } from './masking.ts';

/** The entry an index line points at. */
export interface EntryFile {
  /** Path below the storage directory, with a leading slash. */
  readonly path: string;
  readonly size: number;
  /** MD5 of the entry in hex: a check sum by the format's definition, no proof of origin. */
  readonly md5: string;
}

/** The line of the concurrent index, as ModSecurity 2.9 writes it, without line end. */
export function formatConcurrentIndexLine(record: TransactionRecord, file: EntryFile, mask?: MaskSettings): string {
  return formatCombinedLine(record, `${word(file.path)} 0 ${file.size} md5:${file.md5}`, mask);
}
