import { describe, expect, it } from 'vitest';
import { run } from '../support/exchange.ts';

describe('the time', () => {
  it('is the local time at which a rule asks', async () => {
    const at = new Date(2024, 1, 3, 4, 5, 6);
    const names = [
      'TIME',
      'TIME_EPOCH',
      'TIME_YEAR',
      'TIME_MON',
      'TIME_DAY',
      'TIME_HOUR',
      'TIME_MIN',
      'TIME_SEC',
      'TIME_WDAY',
    ];
    const text = names.map((name) => `%{${name}}`).join(' ');
    const { record } = await run(`SecAction "id:1,phase:1,pass,msg:'${text}'"`, {}, { now: () => at.getTime() });
    expect(record.matches[0]?.message).toBe(`20240203040506 ${at.getTime() / 1000} 2024 02 03 04 05 06 6`);
  });
});
