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
  readonly text: string;
  /** The text is escaped for such a line already (`escapeLine`): it is written as it stands. */
  readonly isEscaped?: boolean;
}

/** An error line as text, without line end. */
export type ErrorLineFormat = (line: ErrorLine) => string;

/**
 * Lines in the shape of Apache's error log. Like there, the text passes one more layer of escaping: backslashes are doubled,
 * quotes stay, other bytes than printable ASCII become `\n`, `\xhh` and the like.
 */
export function createErrorLineFormat(): ErrorLineFormat {
  const writer = `pid ${process.pid}:tid ${threadId === 0 ? process.pid : threadId}`;
  const timeOf = createErrorLogTime();
  return ({ at, module, level, client, text, isEscaped }) => {
    const peer = client === undefined ? '' : ` [client ${escapeLine(client.address)}:${client.port}]`;
    const shown = isEscaped === true ? text : escapeLine(text);
    return `[${timeOf(at)}] [${escapeLine(module)}:${level}] [${writer}]${peer} ${shown}`;
  };
}

/** `Sat Nov 21 23:31:00.123456 2026`, local time. All but the fraction is kept for the other lines of the same second. */
function createErrorLogTime(): (milliseconds: number) => string {
  let second = Number.NaN;
  let beginning = '';
  let year = 0;
  return (milliseconds) => {
    if (Math.floor(milliseconds / 1000) !== second) {
      second = Math.floor(milliseconds / 1000);
      const at = new Date(second * 1000);
      beginning = `${DAYS[at.getDay()]} ${MONTHS[at.getMonth()]} ${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
      year = at.getFullYear();
    }
    const fraction = String(Math.floor(milliseconds * 1000) % 1_000_000).padStart(6, '0');
    return `${beginning}.${fraction} ${year}`;
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
