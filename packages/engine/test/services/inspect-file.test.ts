import { describe, expect, it } from 'vitest';
import { type Outcome, run } from '../support/exchange.ts';
import { MemoryUploads, upload } from '../support/memory-uploads.ts';

describe('@inspectFile', () => {
  const rules = 'SecTmpSaveUploadedFiles On\nSecRule FILES_TMPNAMES "@inspectFile /bin/scan" "id:1,phase:2,deny"';
  const inspect = (output: () => Promise<string>): Promise<Outcome> =>
    run(rules, upload, { uploads: new MemoryUploads(), programs: { run: output } });

  it('lets through what the program approves', async () => {
    expect((await inspect(async () => '1 clean')).verdict).toBeUndefined();
  });

  it.each(['0 found Eicar\n', '', 'error', '\x001'])('stops at %j', async (output) => {
    const { verdict, record } = await inspect(async () => output);
    expect(verdict?.status).toBe(403);
    expect(record.matches[0]?.operatorText).toContain('File "/tmp/1" rejected by the approver script "/bin/scan": ');
  });

  it('stops when the program cannot be run', async () => {
    const { verdict, record } = await inspect(() => Promise.reject(new Error('gone')));
    expect(verdict?.status).toBe(403);
    expect(record.messages[0]?.text).toBe('Execution of the approver script "/bin/scan" failed: gone');
  });
});
