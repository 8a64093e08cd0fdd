import { commonLogTime, escapeField } from '@sallyport/engine';
import type { AccessEntry } from './types.ts';

/** Apache's `combined` format, without line end; with the request id in quotes at the end if wanted. */
export function formatAccessLine(entry: AccessEntry, withId: boolean): string {
  const user =
    entry.user === undefined ? '-' : entry.user === '' ? '""' : escapeField(entry.user).replaceAll(' ', '\\x20');
  const bytes = entry.responseBytes === 0 ? '-' : entry.responseBytes;
  const line =
    `${escapeField(entry.clientAddress)} - ${user} [${commonLogTime(entry.startedAt)}] ` +
    `"${escapeField(entry.requestLine || '-')}" ${entry.status} ${bytes} ` +
    `"${escapeField(entry.referer ?? '-')}" "${escapeField(entry.userAgent ?? '-')}"`;
  return withId ? `${line} "${escapeField(entry.id)}"` : line;
}
