import { escapeLog } from '../bytes/escape.ts';
import type { TransactionRecord } from '../contract.ts';
import { type MaskSettings, maskTarget } from './masking.ts';
import { requestLine } from './native.ts';
import { commonLogTime } from './time.ts';

/** The longest line ModSecurity writes to an index or a guardian; a pipe would cut longer ones anywhere. */
const MAX_LINE = 3980;

/**
 * A line of the combined kind with what `rest` adds: `host client user - [time] "request line" status bytes "-" "-" id
 * "session" rest`, without line end. Longer fields are cut, the request line first, and a cut line ends in ` L`. Referer and
 * user agent are always `-`, as 2.9.7 writes them.
 */
export function formatCombinedLine(record: TransactionRecord, rest: string, mask?: MaskSettings): string {
  const { connection, request, response, variables } = record;
  const time = `[${commonLogTime(record.startedAt)}]`;
  const before = `${word(record.hostname)} ${connection.clientAddress} ${word(variables.userId)} - ${time} `;
  const announced = response?.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  const bytes = record.responseBytes === undefined ? announced : String(record.responseBytes);
  const session = escapeLog(variables.sessionId ?? '-').slice(0, 256);
  const after = ` ${response?.status ?? 0} ${word(bytes)} "-" "-" ${word(record.id)} "${session}" ${rest}`;
  const line = escapeLog(maskTarget(requestLine(request), mask));
  const room = MAX_LINE - before.length - after.length - 4;
  if (line.length <= room) return `${before}"${line}"${after} `;
  return `${before}"${wholeEscapes(line, room)}"${after} L`;
}

/** An escaped word without spaces, at most 512 bytes; `-` for nothing. */
export function word(text: string | undefined): string {
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
