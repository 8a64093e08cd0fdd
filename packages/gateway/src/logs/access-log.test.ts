import { describe, expect, it } from 'vitest';
import { logFolder } from '../../test/support/log-folder.ts';
import { type SampleParts, sampleExchange } from '../../test/support/logged-exchange.ts';

describe('access log', () => {
  it.each<[string, SampleParts, string]>([
    [
      'the combined format',
      { sentHeaders: { referer: 'http://r/', 'user-agent': 'curl' } },
      '192.0.2.1 - - [TIME] "GET / HTTP/1.1" 200 5 "http://r/" "curl"',
    ],
    ['absent fields', { requestLine: '', status: 408, responseBytes: 0 }, '192.0.2.1 - - [TIME] "-" 408 - "-" "-"'],
    ['users', { user: 'a b"' }, '192.0.2.1 - a\\x20b\\" [TIME] "GET / HTTP/1.1" 200 5 "-" "-"'],
    ['an empty user', { user: '' }, '192.0.2.1 - "" [TIME] "GET / HTTP/1.1" 200 5 "-" "-"'],
    // As seen in Apache's access log for `q"u\b<E9><TAB>x`.
    [
      'escapes',
      { sentHeaders: { 'user-agent': 'q"u\\b\xe9\tx\0\x7f' } },
      '192.0.2.1 - - [TIME] "GET / HTTP/1.1" 200 5 "-" "q\\"u\\\\b\\xe9\\tx\\x00\\x7f"',
    ],
  ])('writes %s', async (_name, entry, line) => {
    const { lines, open } = logFolder();
    const logs = open();
    logs.access(sampleExchange(entry));
    await logs.flush();
    expect(lines('access.log').map((text) => text.replace(/\[[^\]]*\]/, '[TIME]'))).toEqual([line]);
  });

  it('ends with the request id when asked to', async () => {
    const { lines, open } = logFolder();
    const logs = open({ accessLogRequestId: true });
    logs.access(sampleExchange());
    await logs.flush();
    expect(lines('access.log')[0]).toMatch(/ "awDb"$/);
  });
});
