import { describe, expect, it } from 'vitest';
import { type AnswerHead, parseAnswerHead } from './answer-head.ts';

/** `lines` without line ends. */
function parse(lines: readonly string[], method = 'GET'): AnswerHead {
  return parseAnswerHead(lines.map((line) => `${line}\r\n`).join(''), method);
}

describe('the head of an answer', () => {
  it('is its status, the words for it and all headers as they came', () => {
    expect(parse(['HTTP/1.1 404 Not  Found', 'Set-Cookie: a=b', 'X-A:', 'set-cookie:\t c \xe9 '])).toEqual({
      status: 404,
      reason: 'Not  Found',
      headers: ['Set-Cookie', 'a=b', 'X-A', '', 'set-cookie', 'c \xe9'],
      body: 'until close',
      isKept: false,
      keptFor: undefined,
    });
  });

  it.each<[string, AnswerHead['body'], boolean, readonly string[], string?]>([
    ['a length', 5, true, ['HTTP/1.1 200 OK', 'content-length: 5']],
    ['no words', 0, true, ['HTTP/1.1 200', 'Content-Length: 0']],
    ['chunks', 'chunked', true, ['HTTP/1.1 200 OK', 'Transfer-Encoding: Chunked']],
    ['neither', 'until close', false, ['HTTP/1.1 200 OK']],
    ['an end that is announced', 5, false, ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: x, Close']],
    ['two headers about it', 5, false, ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: x', 'Connection: close']],
    ['HTTP/1.0', 5, false, ['HTTP/1.0 200 OK', 'Content-Length: 5']],
    ['HTTP/1.0 that keeps', 5, true, ['HTTP/1.0 200 OK', 'Content-Length: 5', 'Connection: keep-alive']],
    ['an answer to HEAD', 0, true, ['HTTP/1.1 200 OK', 'Content-Length: 5'], 'HEAD'],
    ['an answer to HEAD in chunks', 0, true, ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], 'HEAD'],
    ['304', 0, true, ['HTTP/1.1 304 Not Modified']],
    ['204 that announces a body', 0, false, ['HTTP/1.1 204 No Content', 'Content-Length: 5']],
    ['304 that announces chunks', 0, false, ['HTTP/1.1 304 Not Modified', 'Transfer-Encoding: chunked']],
    ['an interim answer', 0, true, ['HTTP/1.1 103 Early Hints', 'Link: </a>']],
  ])('with %s: body %s, kept: %s', (_name, body, isKept, lines, method) => {
    expect(parse(lines, method)).toMatchObject({ body, isKept });
  });

  it.each<[string, number | undefined]>([
    ['timeout=5', 5000],
    ['max=100, Timeout=72', 72_000],
    ['timeout=', undefined],
    ['timeout=-1', undefined],
    ['max=5', undefined],
  ])('Keep-Alive: %s is %s ms', (value, keptFor) => {
    expect(parse(['HTTP/1.1 200 OK', 'Content-Length: 0', `Keep-Alive: ${value}`]).keptFor).toBe(keptFor);
  });

  it.each<[string, readonly string[]]>([
    ['a first line that is no status line of HTTP/1', ['HTTP/2.0 200 OK']],
    ['a first line that is no status line of HTTP/1', ['HTTP/1.10 200 OK']],
    ['a first line that is no status line of HTTP/1', ['http/1.1 200 OK']],
    ['a first line that is no status line of HTTP/1', [' HTTP/1.1 200 OK']],
    ['a first line that is no status line of HTTP/1', ['', 'HTTP/1.1 200 OK']],
    ['a status of other than three digits', ['HTTP/1.1 20 OK']],
    ['a status of other than three digits', ['HTTP/1.1 2000 OK']],
    ['a status of other than three digits', ['HTTP/1.1  200 OK']],
    ['a status of other than three digits', ['HTTP/1.1 099 OK']],
    ['a status of other than three digits', ['HTTP/1.1 ']],
    ['a header line without a name', ['HTTP/1.1 200 OK', 'X-A']],
    ['a header line without a name', ['HTTP/1.1 200 OK', 'X-A : b']],
    ['a header line without a name', ['HTTP/1.1 200 OK', ': b']],
    ['a header line without a name', ['HTTP/1.1 200 OK', 'A: b', ' folded']],
    ['a header line without a name', ['HTTP/1.1 200 OK', 'X\xe9: b']],
    ['control bytes in the head', ['HTTP/1.1 200 OK', 'A: b\0']],
    ['control bytes in the head', ['HTTP/1.1 200 OK', 'A: b\nContent-Length: 3']],
    ['control bytes in the head', ['HTTP/1.1 200 OK', 'A: b\rContent-Length: 3']],
    ['control bytes in the head', ['HTTP/1.1 200 OK\n', 'A: b']],
    ['control bytes in the head', ['HTTP/1.1 200 O\x7fK']],
    ['Content-Length twice', ['HTTP/1.1 200 OK', 'Content-Length: 3', 'content-length: 3']],
    ['Content-Length that is no number', ['HTTP/1.1 200 OK', 'Content-Length: 3, 3']],
    ['Content-Length that is no number', ['HTTP/1.1 200 OK', 'Content-Length: +3']],
    ['Content-Length that is no number', ['HTTP/1.1 200 OK', 'Content-Length:']],
    ['Content-Length that is no number', ['HTTP/1.1 200 OK', 'Content-Length: 1234567890123456']],
    ['Transfer-Encoding twice', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    ['Transfer-Encoding other than chunked', ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked']],
    ['Transfer-Encoding other than chunked', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked;a']],
    [
      'both Content-Length and Transfer-Encoding',
      ['HTTP/1.1 200 OK', 'Content-Length: 3', 'Transfer-Encoding: chunked'],
    ],
    ['Transfer-Encoding in HTTP/1.0', ['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked']],
  ])('is refused: %s: %j', (message, lines) => {
    expect(() => parse(lines)).toThrow(message);
  });
});
