import { commonLogTime, escapeLog } from '@sallyport/engine';
import type { AccessEntry } from './types.ts';

/** Apache's `combined` format, without line end; with the request id in quotes at the end if wanted. */
export function formatAccessLine(entry: AccessEntry, withId: boolean): string {
  const user =
    entry.user === undefined ? '-' : entry.user === '' ? '""' : escapeLog(entry.user).replaceAll(' ', '\\x20');
  const bytes = entry.responseBytes === 0 ? '-' : entry.responseBytes;
  const line =
    `${escapeLog(entry.clientAddress)} - ${user} [${commonLogTime(entry.startedAt)}] ` +
    `"${escapeLog(entry.requestLine || '-')}" ${entry.status} ${bytes} ` +
    `"${escapeLog(entry.referer ?? '-')}" "${escapeLog(entry.userAgent ?? '-')}"`;
  return withId ? `${line} "${escapeLog(entry.id)}"` : line;
}
