import { expect, test } from 'vitest';
import { internalized } from './internalized.ts';

test.each(['', 'a', '0', '17', '-1', '4294967295', '__proto__', 'constructor', 'toString', 'A b\0\xff', '\xe9'])(
  'keeps %j',
  (text) => {
    expect(internalized(text)).toBe(text);
  },
);
