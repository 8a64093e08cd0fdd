import { describe, expect, it } from 'vitest';
import { GateError } from '../../errors.ts';
import { endOfHead, parseAnswerHead } from './answer-head.ts';

const parse = (text: string): unknown => {
  const { status, reason, rawHeaders, contentLength } = parseAnswerHead(Buffer.from(text, 'latin1'));
  return { status, reason, list: rawHeaders.map(String), contentLength };
};

describe('the head of a CGI answer', () => {
  it.each([
    ['Content-Type: a/b\n\n', { status: 200, list: ['Content-Type', 'a/b'] }],
    ['Content-Type: a/b\r\n\r\n', { status: 200, list: ['Content-Type', 'a/b'] }],
    ['Status: 404 Not Found\r\nX: 1\r\n\r\n', { status: 404, reason: 'Not Found', list: ['X', '1'] }],
    ['status:500\n\n', { status: 500, list: [] }],
    ['Location: /x\n\n', { status: 302, list: ['Location', '/x'] }],
    ['Status: 201 Made\nLocation: /x\n\n', { status: 201, reason: 'Made', list: ['Location', '/x'] }],
    ['HTTP/1.1 418 Teapot\r\nA: b\r\n\r\n', { status: 418, reason: 'Teapot', list: ['A', 'b'] }],
    ['Content-Length: 12\n\n', { status: 200, list: ['Content-Length', '12'], contentLength: 12 }],
    ['Set-Cookie: a=1\nSet-Cookie: b=2\n\n', { status: 200, list: ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'] }],
    ['A:\n\n', { status: 200, list: ['A', ''] }],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual({ reason: undefined, contentLength: undefined, ...expected });
  });

  it.each([
    ['\n\n', 'no header'],
    ['Hello\n\n', 'the header line "Hello"'],
    ['A: b\n folded\n\n', 'the header line " folded"'],
    ['A b: c\n\n', 'the header line "A b: c"'],
    [': x\n\n', 'the header line ": x"'],
    ['Status: ok\n\n', 'the status "ok"'],
    ['Status: 200\nStatus: 404\n\n', 'the status "404"'],
    ['Status: 100 Continue\n\n', 'status 100'],
    ['Status: 999\n\n', 'status 999'],
  ])('refuses %j', (text, detail) => {
    expect(() => parse(text)).toThrow(GateError);
    expect(() => parse(text)).toThrow(detail);
  });

  it.each([
    ['A: b\n\nbody', 6],
    ['A: b\r\n\r\nbody', 8],
    ['A: b\n\r\nbody', 7],
    ['A: b\r\nC: d\r\n', -1],
    ['\n', -1],
  ])('ends in %j at %i', (text, end) => {
    expect(endOfHead(Buffer.from(text))).toBe(end);
  });
});
