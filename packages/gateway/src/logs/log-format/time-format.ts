/** Times of a log line: `%t` with its formats. Local time, as Apache writes it. */
import { commonLogTime } from '@sallyport/engine/text';

/** Gives the text for a time in milliseconds since the epoch, fractions included. */
export type TimeWriter = (milliseconds: number) => string;

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const FRACTIONS: Readonly<Record<string, TimeWriter>> = {
  __proto__: null as never,
  sec: (at) => String(Math.floor(at / 1000)),
  msec: (at) => String(Math.floor(at)),
  usec: (at) => String(Math.floor(at * 1000)),
  msec_frac: (at) => padded(Math.floor(at) % 1000, 3),
  usec_frac: (at) => padded(Math.floor(at * 1000) % 1_000_000, 6),
};

/** What `%{…}t` says: which end of the request, and how it is written. */
export interface TimeFormat {
  readonly at: 'begin' | 'end';
  readonly write: TimeWriter;
}

/** Reads `begin:` or `end:` and a format: one of `sec`, `msec`, `usec`, `msec_frac`, `usec_frac`, or one of strftime. */
export function parseTimeFormat(argument: string | undefined): TimeFormat {
  const parts = /^(begin|end)(?::(.*))?$/s.exec(argument ?? '');
  const format = parts === null ? argument : parts[2];
  const at = parts?.[1] === 'end' ? 'end' : 'begin';
  if (format === undefined || format === '') return { at, write: perSecond((time) => `[${commonLogTime(time)}]`) };
  return { at, write: FRACTIONS[format] ?? perSecond(strftime(format)) };
}

/** For formats that are the same for a whole second, as those of thousands of lines are. */
function perSecond(write: TimeWriter): TimeWriter {
  let written = Number.NaN;
  let text = '';
  return (milliseconds) => {
    const second = Math.floor(milliseconds / 1000);
    if (second !== written) {
      written = second;
      text = write(milliseconds);
    }
    return text;
  };
}

/** The conversions of C's strftime in the C locale. An unknown one is written as it stands. */
export function strftime(format: string): TimeWriter {
  const pieces = format.split(/(%[EO]?[A-Za-z%])/).map((piece): string | ((date: Date) => string) => {
    if (!piece.startsWith('%')) return piece;
    return CONVERSIONS[piece.at(-1) as string] ?? piece;
  });
  return (milliseconds) => {
    const date = new Date(Math.floor(milliseconds));
    return pieces.map((piece) => (typeof piece === 'string' ? piece : piece(date))).join('');
  };
}

type Conversion = (date: Date) => string;

const two = (value: number): string => padded(value, 2);
const blankPadded = (value: number): string => String(value).padStart(2, ' ');
const twelve = (date: Date): number => date.getHours() % 12 || 12;
const clock: Conversion = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
const slashed: Conversion = (date) =>
  `${two(date.getMonth() + 1)}/${two(date.getDate())}/${two(date.getFullYear() % 100)}`;
const shortDay: Conversion = (date) => DAYS[date.getDay()]?.slice(0, 3) ?? '';
const shortMonth: Conversion = (date) => MONTHS[date.getMonth()]?.slice(0, 3) ?? '';
const half: Conversion = (date) => (date.getHours() < 12 ? 'AM' : 'PM');

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  __proto__: null as never,
  '%': () => '%',
  a: shortDay,
  A: (date) => DAYS[date.getDay()] ?? '',
  b: shortMonth,
  B: (date) => MONTHS[date.getMonth()] ?? '',
  c: (date) =>
    `${shortDay(date)} ${shortMonth(date)} ${blankPadded(date.getDate())} ${clock(date)} ${date.getFullYear()}`,
  C: (date) => two(Math.floor(date.getFullYear() / 100)),
  d: (date) => two(date.getDate()),
  D: slashed,
  e: (date) => blankPadded(date.getDate()),
  F: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  g: (date) => two(isoWeek(date).year % 100),
  G: (date) => String(isoWeek(date).year),
  h: shortMonth,
  H: (date) => two(date.getHours()),
  I: (date) => two(twelve(date)),
  j: (date) => padded(dayOfYear(date) + 1, 3),
  k: (date) => blankPadded(date.getHours()),
  l: (date) => blankPadded(twelve(date)),
  m: (date) => two(date.getMonth() + 1),
  M: (date) => two(date.getMinutes()),
  n: () => '\n',
  p: half,
  P: (date) => half(date).toLowerCase(),
  r: (date) => `${two(twelve(date))}:${two(date.getMinutes())}:${two(date.getSeconds())} ${half(date)}`,
  R: (date) => `${two(date.getHours())}:${two(date.getMinutes())}`,
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => two(date.getSeconds()),
  t: () => '\t',
  T: clock,
  u: (date) => String(date.getDay() || 7),
  U: (date) => two(Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7)),
  V: (date) => two(isoWeek(date).week),
  w: (date) => String(date.getDay()),
  W: (date) => two(Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7)),
  x: slashed,
  X: clock,
  y: (date) => two(date.getFullYear() % 100),
  Y: (date) => String(date.getFullYear()),
  z: (date) => zoneOffset(date),
  Z: (date) => zoneName(date),
};

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** From 0. */
function dayOfYear(date: Date): number {
  return Math.round((utcDay(date) - Date.UTC(date.getFullYear(), 0, 1)) / 86_400_000);
}

function utcDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

/** The week belongs to the year its Thursday is in (ISO 8601). */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(utcDay(date) + (4 - (date.getDay() || 7)) * 86_400_000);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1 };
}

function zoneOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function zoneName(date: Date): string {
  const part = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(date)
    .find((one) => one.type === 'timeZoneName');
  return part?.value ?? '';
}
