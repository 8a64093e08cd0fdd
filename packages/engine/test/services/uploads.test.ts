import { describe, expect, it } from 'vitest';
import { run } from '../support/exchange.ts';
import { MemoryUploads, upload } from '../support/memory-uploads.ts';

describe('uploads', () => {
  it('are extracted for rules and deleted behind them', async () => {
    const uploads = new MemoryUploads();
    const { fired, record } = await run(
      `SecTmpSaveUploadedFiles On
SecTmpDir /var/tmp
SecUploadFileMode 0640
SecRule FILES_TMPNAMES:f "@streq /tmp/1" "id:1,phase:2,pass"
SecRule FILES_TMP_CONTENT "@streq hello" "id:2,phase:2,pass,msg:'%{MATCHED_VAR_NAME}'"
SecRule &FILES_TMPNAMES "@eq 2" "id:3,phase:2,pass"`,
      upload,
      { uploads },
    );
    expect(fired).toEqual([1, 2, 3]);
    expect(record.matches[1]?.message).toBe('FILES_TMP_CONTENT:f');
    expect(uploads.requests[0]).toEqual({
      transactionId: 'tx/1',
      startedAt: 1_700_000_000_000,
      directory: '/var/tmp',
      mode: 0o640,
    });
    expect(uploads.log).toEqual(['close /tmp/1', 'close /tmp/2', 'delete /tmp/1', 'delete /tmp/2']);
  });

  it.each([
    ['On', 'pass', ['keep /keep /tmp/1', 'delete /tmp/2']],
    ['RelevantOnly', 'pass', ['keep /keep /tmp/1', 'delete /tmp/2']],
    ['RelevantOnly', 'pass,noauditlog', ['delete /tmp/1', 'delete /tmp/2']],
    ['Off', 'pass', []],
  ])('SecUploadKeepFiles %s with %s', async (keep, actions, expected) => {
    const uploads = new MemoryUploads();
    const rules = `SecUploadKeepFiles ${keep}\nSecUploadDir /keep\nSecAction "id:1,phase:2,${actions}"`;
    await run(rules, upload, { uploads });
    expect(uploads.log.filter((line) => !line.startsWith('close'))).toEqual(expected);
  });

  it('are limited in number', async () => {
    const uploads = new MemoryUploads();
    const { fired } = await run(
      'SecTmpSaveUploadedFiles On\nSecUploadFileLimit 1\nSecRule MULTIPART_FILE_LIMIT_EXCEEDED "@eq 1" "id:1,phase:2,pass"\nSecRule &FILES_TMPNAMES "@eq 1" "id:2,phase:2,pass"',
      upload,
      { uploads },
    );
    expect(fired).toEqual([1, 2]);
    expect(uploads.requests).toHaveLength(1);
  });

  it('that cannot be stored are an error of the body, not a way around the rules', async () => {
    const uploads = new MemoryUploads();
    uploads.failure = 'disk full';
    const { fired, record } = await run(
      'SecTmpSaveUploadedFiles On\nSecRule REQBODY_ERROR "@eq 1" "id:1,phase:2,deny"',
      upload,
      { uploads },
    );
    expect(fired).toEqual([1]);
    expect(record.messages[0]?.text).toBe('Uploaded file could not be stored: disk full');
  });

  it('are not extracted unless asked for', async () => {
    const uploads = new MemoryUploads();
    const { fired } = await run('SecRule FILES_TMPNAMES "@rx ." "id:1,phase:2,pass"', upload, { uploads });
    expect(fired).toEqual([]);
    expect(uploads.requests).toEqual([]);
  });
});
