import { scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** A variable computed from the local time of day at the moment it is read. */
function timeOf(name: string, summary: string, format: (now: Date) => string): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'scalar',
    isVolatile: true,
    members: (tx) => scalar(format(new Date(tx.now()))),
  });
}

export const timeVariables: readonly Variable[] = [
  timeOf(
    'TIME',
    'Local time as YYYYMMDDHHMMSS.',
    (now) =>
      String(now.getFullYear()) +
      [now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()].map(twoDigits).join(''),
  ),
  timeOf('TIME_EPOCH', 'Seconds since 1970-01-01 00:00 UTC.', (now) => String(Math.floor(now.getTime() / 1000))),
  timeOf('TIME_YEAR', 'Year, four digits.', (now) => String(now.getFullYear())),
  timeOf('TIME_MON', 'Month, 01-12.', (now) => twoDigits(now.getMonth() + 1)),
  timeOf('TIME_DAY', 'Day of the month, 01-31.', (now) => twoDigits(now.getDate())),
  timeOf('TIME_HOUR', 'Hour, 00-23.', (now) => twoDigits(now.getHours())),
  timeOf('TIME_MIN', 'Minute, 00-59.', (now) => twoDigits(now.getMinutes())),
  timeOf('TIME_SEC', 'Second, 00-59.', (now) => twoDigits(now.getSeconds())),
  timeOf('TIME_WDAY', 'Day of the week, 0 is Sunday.', (now) => String(now.getDay())),
];

export const duration: Variable = defineVariable({
  name: 'DURATION',
  summary: 'Microseconds since the transaction began.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => scalar(String(tx.elapsedMicroseconds())),
});
