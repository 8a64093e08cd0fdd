const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** `20/Nov/2026:23:31:00 +0100`, the common log format's time, in the local zone. Input: milliseconds since the epoch. */
export function commonLogTime(milliseconds: number): string {
  return withFraction(milliseconds, '');
}

/** `20/Nov/2026:23:31:00.123456 +0100`: the same with microseconds, as in part A. Fractions of a millisecond count. */
export function auditTime(milliseconds: number): string {
  const microseconds = Math.floor(milliseconds * 1000) % 1_000_000;
  return withFraction(milliseconds, `.${String(microseconds).padStart(6, '0')}`);
}

function withFraction(milliseconds: number, fraction: string): string {
  const at = new Date(Math.floor(milliseconds));
  const day = `${two(at.getDate())}/${MONTHS[at.getMonth()]}/${at.getFullYear()}`;
  return `${day}:${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${fraction} ${zone(at)}`;
}

function zone(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
