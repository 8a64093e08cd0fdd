import { describe, expect, it } from 'vitest';
import { beginTrace, formatTraceparent, parseTraceparent } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('traceparent', () => {
  it.each<[string, boolean]>([
    [`00-${TRACE}-${PARENT}-01`, true],
    [`00-${TRACE}-${PARENT}-00`, false],
    [`00-${TRACE}-${PARENT}-03`, true],
    [`cc-${TRACE}-${PARENT}-01-what-will-be`, true],
  ])('reads %s', (text, isSampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE, parentId: PARENT, isSampled });
  });

  it.each([
    '',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-01-more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-0x`,
  ])('does not read %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe('beginTrace', () => {
  it('carries a trace on with a span of its own', () => {
    const context = beginTrace(`00-${TRACE}-${PARENT}-01`, 'a=b', 0);
    expect(context).toMatchObject({ traceId: TRACE, parentId: PARENT, isSampled: true, state: 'a=b' });
    expect(context.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(formatTraceparent(context)).toBe(`00-${TRACE}-${context.spanId}-01`);
  });

  it('begins one where there is none, sampled by share', () => {
    expect(beginTrace('nonsense', 'a=b', 1)).toMatchObject({ parentId: undefined, isSampled: true, state: undefined });
    expect(beginTrace(undefined, undefined, 0).isSampled).toBe(false);
    expect(beginTrace(undefined, undefined, 0).traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('drops a tracestate that is too long', () => {
    expect(beginTrace(`00-${TRACE}-${PARENT}-01`, 'x'.repeat(513), 1).state).toBeUndefined();
  });
});
