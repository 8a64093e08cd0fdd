import { describe, expect, it } from 'vitest';
import { sampleRecord } from '../../test/samples/audit-record.ts';
import { formatConcurrentIndexLine } from './concurrent-index-line.ts';

const file = { path: '/20261120/20261120-2331/20261120-233100-id', size: 12, md5: '0'.repeat(32) };
const line = (changes: Parameters<typeof sampleRecord>[0] = {}): string =>
  formatConcurrentIndexLine(sampleRecord(changes), file).replace(/\[[^\]]*\]/, '[TIME]');

describe('formatConcurrentIndexLine', () => {
  it('has the fields of 2.9.7 in order', () => {
    expect(line({ variables: { userId: 'me', sessionId: 's"1' } })).toBe(
      `example.test 192.0.2.1 me - [TIME] "POST /a?x=ab HTTP/1.1" 200 2 "-" "-" awDbeGX4RwRz3EIBAdZIdgAAAAA "s\\"1" ${file.path} 0 12 md5:${file.md5} `,
    );
  });

  it('cuts a long request line between escapes and marks the cut', () => {
    const uri = '/\xff'.repeat(3000);
    const cut = line({ request: { method: 'GET', uri, protocol: 'HTTP/1.1', headers: [] } });
    expect(cut.length).toBeLessThanOrEqual(3980);
    expect(cut).toMatch(/(?:\/\\xff)+\/?" 200 2 .* L$/);
  });

  it('keeps hostile fields in one line of words', () => {
    const shown = line({ hostname: 'a b\n"c', response: undefined, variables: { userId: '', sessionId: undefined } });
    expect(shown).toBe(
      `a\\x20b\\n\\"c 192.0.2.1 - - [TIME] "POST /a?x=ab HTTP/1.1" 0 - "-" "-" awDbeGX4RwRz3EIBAdZIdgAAAAA "-" ${file.path} 0 12 md5:${file.md5} `,
    );
  });
});
