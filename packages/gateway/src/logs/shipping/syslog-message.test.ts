import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { syslogFields, syslogMessage } from './syslog-message.ts';

it('writes messages of RFC 5424', () => {
  const fields = syslogFields('access');
  expect(fields).toBe(`${hostname()} sallyport ${process.pid} access -`);
  const at = Date.UTC(2026, 10, 21, 3, 4, 5, 678);
  expect(syslogMessage(16, 'info', at, 'h a p m -', 'GET /')).toBe('<134>1 2026-11-21T03:04:05.678Z h a p m - GET /');
  expect(syslogMessage(4, 'emerg', at, 'h a p m -', '')).toBe('<32>1 2026-11-21T03:04:05.678Z h a p m - ');
});

it.each([
  ['a b\nc"', 'abc"'],
  ['\xff', '-'],
  ['x'.repeat(40), 'x'.repeat(32)],
])('keeps header fields to what the standard allows: %j', (id, expected) => {
  expect(syslogFields(id).split(' ')[3]).toBe(expected);
});
