import { escapeLog } from '../bytes/escape.ts';
import type { TransactionRecord } from '../contract.ts';
import { type MaskSettings, maskTarget } from './masking.ts';
import { requestLine } from './native.ts';
import { commonLogTime } from './time.ts';

/** The longest line ModSecurity writes to the index; a pipe would cut longer ones anywhere. */
const MAX_LINE = 3980;

/** The entry an index line points at. */
export interface EntryFile {
  /** Path below the storage directory, with a leading slash. */
  readonly path: string;
  readonly size: number;
  /** MD5 of the entry in hex: a check sum by the format's definition, no proof of origin. */
  readonly md5: string;
}

/**
 * The line of the concurrent index (spec §9.3), without line end. Longer fields are cut, the request line first, and a cut
 * line ends in ` L`. Referer and user agent are always `-`, as 2.9.7 writes them.
 */
export function formatConcurrentIndexLine(record: TransactionRecord, file: EntryFile, mask?: MaskSettings): string {
  const { connection, request, response, variables } = record;
  const time = `[${commonLogTime(record.startedAt)}]`;
  const before = `${word(record.hostname)} ${connection.clientAddress} ${word(variables.userId)} - ${time} `;
  const bytes = response?.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  const session = escapeLog(variables.sessionId ?? '-').slice(0, 256);
  const after =
    ` ${response?.status ?? 0} ${word(bytes)} "-" "-" ${word(record.id)} "${session}" ` +
    `${word(file.path)} 0 ${file.size} md5:${file.md5}`;
  const line = escapeLog(maskTarget(requestLine(request), mask));
  const room = MAX_LINE - before.length - after.length - 4;
  if (line.length <= room) return `${before}"${line}"${after} `;
  return `${before}"${wholeEscapes(line, room)}"${after} L`;
}

/** An escaped word without spaces, at most 512 bytes; `-` for nothing. */
function word(text: string | undefined): string {
  if (text === undefined || text === '') return '-';
  return wholeEscapes(escapeLog(text).replaceAll(' ', '\\x20'), 512);
}

/** Cuts escaped text without leaving half an escape at the end. */
function wholeEscapes(text: string, length: number): string {
  if (text.length <= length) return text;
  let at = 0;
  while (at < length) {
    const step = text[at] !== '\\' ? 1 : text[at + 1] === 'x' ? 4 : 2;
    if (at + step > length) break;
    at += step;
  }
  return text.slice(0, at);
}
