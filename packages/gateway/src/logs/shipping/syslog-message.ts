import { hostname } from 'node:os';
import { LOG_LEVELS, type LogLevel } from '../types.ts';

const APPLICATION = 'sallyport';

/** What comes after the priority and the time, the same for every message of one stream. */
export function syslogFields(messageId: string): string {
  return `${headerField(hostname(), 255)} ${APPLICATION} ${process.pid} ${headerField(messageId, 32)} -`;
}

/**
 * One message of RFC 5424, without framing. Levels of the log are severities of syslog: the lists are the same. `at` is in
 * milliseconds since the epoch. `text` is a byte string; line ends in it are the caller's business.
 */
export function syslogMessage(facility: number, level: LogLevel, at: number, fields: string, text: string): string {
  const priority = facility * 8 + LOG_LEVELS.indexOf(level);
  return `<${priority}>1 ${new Date(at).toISOString()} ${fields} ${text}`;
}

/** Printable ASCII without blanks, of limited length; `-` when nothing is left (RFC 5424 §6). */
function headerField(text: string, maximum: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, maximum) || '-';
}
