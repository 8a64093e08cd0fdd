import { expect, it } from 'vitest';
import { ERRORS, GateError } from './errors.ts';

it('codes are used once and say whose fault it is', () => {
  const kinds = Object.values(ERRORS);
  expect(new Set(kinds.map((one) => one.code)).size).toBe(kinds.length);
  for (const { code, source, status } of kinds) {
    expect(code).toMatch(/^SP\d{4}$/);
    expect(status >= 500).toBe(source !== 'client' || status === 505);
  }
});

it('an error tells kind, detail and cause', () => {
  const cause = new Error('x');
  const error = new GateError(ERRORS.badHost, 'a b', cause);
  expect(error).toMatchObject({ message: 'invalid Host header: a b', kind: ERRORS.badHost, cause });
});
