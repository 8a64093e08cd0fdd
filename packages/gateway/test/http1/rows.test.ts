/** Requests that two readers may understand differently never get through, and nothing sent behind them does. */
import { describe, expect, it } from 'vitest';
import { statuses } from '../support/client.ts';
import { startGate } from '../support/gate.ts';
import { converse, startByteUpstream } from '../support/raw.ts';
import { LENIENT_ROWS, ROWS, type Row, SENTINEL, SENTINEL_PASSED } from './rows.ts';

async function check({ request, status, passes, closes, stays, yaml = '' }: Row): Promise<void> {
  const upstream = await startByteUpstream();
  const gate = await startGate(upstream.port, { yaml });
  const { received, isClosed } = await converse(gate.port, request + SENTINEL);
  const answers = statuses(received).filter((one) => one !== 100);
  if (passes === undefined) {
    expect(answers).toEqual(stays ? [status, status] : [status]);
    expect(/\r\nconnection: close\r\n/i.test(received)).toBe(stays !== true);
    expect(upstream.requests()).toEqual([]);
    // The head of a body that turns out bad half-way is there already; it must never become a whole request.
    expect(upstream.unfinished()).not.toContain('\r\n0\r\n\r\n');
    expect(await gate.accessLog()).toMatch(new RegExp(`" ${status} `));
    expect(await gate.errorLog()).toMatch(/\[(proxy|http):notice\].* SP1\d{3} /);
    return;
  }
  expect(upstream.requests()).toEqual(closes ? [passes] : [passes, SENTINEL_PASSED]);
  expect(answers).toEqual(closes ? [status] : [status, 200]);
  expect(isClosed).toBe(closes === true);
}

describe('strict', () => {
  it.each(ROWS)('$name', check);

  it('has at least 92 of them', () => expect(ROWS.length).toBeGreaterThanOrEqual(92));
});

describe('lenient-http', () => {
  it.each(LENIENT_ROWS)('$name', check);
});
