import { threadId } from 'node:worker_threads';
import { escapeLine } from '@sallyport/engine';
import type { ClientAddress, LogLevel } from './types.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export interface ErrorLine {
  /** Milliseconds since the epoch; fractions become microseconds. */
  readonly at: number;
  readonly module: string;
  readonly level: LogLevel;
  readonly client?: ClientAddress | undefined;
  /** Not escaped. */
  readonly text: string;
}

/**
 * A line in the shape of Apache's error log, without line end. Like there, the text passes one more layer of escaping:
 * backslashes are doubled, quotes stay, other bytes than printable ASCII become `\n`, `\xhh` and the like.
 */
export function formatErrorLine({ at, module, level, client, text }: ErrorLine): string {
  const process_ = `pid ${process.pid}:tid ${threadId === 0 ? process.pid : threadId}`;
  const peer = client === undefined ? '' : ` [client ${escapeLine(client.address)}:${client.port}]`;
  return `[${errorLogTime(at)}] [${escapeLine(module)}:${level}] [${process_}]${peer} ${escapeLine(text)}`;
}

/** `Sat Nov 21 23:31:00.123456 2026`, local time. */
function errorLogTime(milliseconds: number): string {
  const at = new Date(Math.floor(milliseconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const fraction = String(Math.floor(milliseconds * 1000) % 1_000_000).padStart(6, '0');
  return `${DAYS[at.getDay()]} ${MONTHS[at.getMonth()]} ${two(at.getDate())} ${clock}.${fraction} ${at.getFullYear()}`;
}
