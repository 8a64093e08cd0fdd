import { describe, expect, it } from 'vitest';
import { fileAnswer } from './file-answer.ts';

/** 6 November 1994, 08:49:37 and a half. */
const FILE = { type: 'text/css', size: 1000, modified: 784_111_777_500_000_000n };
const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT';
const ETAG = '"ae1b981da166f00-3e8"';

function answer(headers: Record<string, string>, file: Partial<typeof FILE> = {}, method = 'GET', maxAge = 0): string {
  const { status, headers: list, range } = fileAnswer({ ...FILE, ...file }, method, (name) => headers[name], maxAge);
  const length = list[list.indexOf('Content-Length') + 1];
  const part = list.includes('Content-Range') ? ` ${list[list.indexOf('Content-Range') + 1]}` : '';
  const sent = range === undefined ? 'nothing' : `${range.first}-${range.last}`;
  return `${status} ${list.includes('Content-Length') ? length : '-'}${part}, sends ${sent}`;
}

const WHOLE = '200 1000, sends 0-999';
const PART = '206 10 bytes 0-9/1000, sends 0-9';
const range = { range: 'bytes=0-9' };

describe('a file is answered', () => {
  it.each<[string, Record<string, string>, string]>([
    ['whole', {}, WHOLE],
    ['not at all when the client has it', { 'if-none-match': ETAG }, '304 -, sends nothing'],
    ['by a weak tag as well', { 'if-none-match': `"a", W/${ETAG}` }, '304 -, sends nothing'],
    ['whole when the tag is another', { 'if-none-match': '"a"' }, WHOLE],
    ['by the tag, whatever the date says', { 'if-none-match': '"a"', 'if-modified-since': DATE }, WHOLE],
    ['not at all when it is as old', { 'if-modified-since': DATE }, '304 -, sends nothing'],
    ['whole when it is newer', { 'if-modified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' }, WHOLE],
    ['by dates of RFC 850', { 'if-modified-since': 'Sunday, 06-Nov-94 08:49:37 GMT' }, '304 -, sends nothing'],
    ['by dates of asctime', { 'if-modified-since': 'Sun Nov  6 08:49:37 1994' }, '304 -, sends nothing'],
    ['whole when the date is none', { 'if-modified-since': 'yesterday' }, WHOLE],
    ['whole when it is the wanted one', { 'if-match': `"a", ${ETAG}` }, WHOLE],
    ['with a refusal when it is not the wanted one', { 'if-match': '"a"' }, '412 0, sends nothing'],
    ['with a refusal to a weak tag', { 'if-match': `W/${ETAG}` }, '412 0, sends nothing'],
    ['whole when any will do', { 'if-match': '*' }, WHOLE],
    [
      'with a refusal when it is newer than wanted',
      { 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' },
      '412 0, sends nothing',
    ],
    ['whole when it is as old as wanted', { 'if-unmodified-since': DATE }, WHOLE],
    ['in part', range, PART],
    ['from a byte on', { range: 'bytes=990-' }, '206 10 bytes 990-999/1000, sends 990-999'],
    ['its last bytes', { range: 'bytes=-10' }, '206 10 bytes 990-999/1000, sends 990-999'],
    [
      'whole when more last bytes are asked for than there are',
      { range: 'bytes=-9999' },
      '206 1000 bytes 0-999/1000, sends 0-999',
    ],
    ['as far as it goes', { range: 'bytes=990-5000' }, '206 10 bytes 990-999/1000, sends 990-999'],
    ['with a refusal behind its end', { range: 'bytes=1000-' }, '416 0 bytes */1000, sends nothing'],
    ['with a refusal of no bytes', { range: 'bytes=-0' }, '416 0 bytes */1000, sends nothing'],
    ['whole when several parts are asked for', { range: 'bytes=0-1,4-5' }, WHOLE],
    ['whole when the part ends before it begins', { range: 'bytes=9-0' }, WHOLE],
    ['whole when units are others', { range: 'lines=0-9' }, WHOLE],
    ['in part when the client has the rest of it', { ...range, 'if-range': ETAG }, PART],
    ['in part when the client has the rest of that date', { ...range, 'if-range': DATE }, PART],
    ['whole when the client has the rest of another', { ...range, 'if-range': '"a"' }, WHOLE],
    ['whole to a weak tag', { ...range, 'if-range': `W/${ETAG}` }, WHOLE],
    [
      'whole when the client has the rest of an older one',
      { ...range, 'if-range': 'Sun, 06 Nov 1994 08:49:36 GMT' },
      WHOLE,
    ],
    [
      'not at all when the client has it and asks for a part',
      { ...range, 'if-none-match': ETAG },
      '304 -, sends nothing',
    ],
  ])('%s', (_, headers, expected) => {
    expect(answer(headers)).toBe(expected);
  });

  it('without its bytes to HEAD, which knows no parts', () => {
    expect(answer(range, {}, 'HEAD')).toBe('200 1000, sends nothing');
  });

  it('when it is empty', () => {
    expect(answer({}, { size: 0 })).toBe('200 0, sends nothing');
    expect(answer(range, { size: 0 })).toBe('416 0 bytes */0, sends nothing');
  });

  it('with its type, which no browser guesses anew, and for how long it is good', () => {
    const { headers } = fileAnswer(FILE, 'GET', () => undefined, 3_600_000);
    expect(headers).toEqual([
      ...['Content-Type', 'text/css', 'Content-Length', '1000', 'Accept-Ranges', 'bytes'],
      ...['ETag', ETAG, 'Last-Modified', DATE, 'Cache-Control', 'max-age=3600', 'X-Content-Type-Options', 'nosniff'],
    ]);
  });

  it('without scripts, where a picture could have some', () => {
    const { headers } = fileAnswer({ ...FILE, type: 'image/svg+xml' }, 'GET', () => undefined, 0);
    expect(headers.at(-1)).toBe("script-src 'none'; object-src 'none'");
  });
});
