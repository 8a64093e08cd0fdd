import { describe, expect, it } from 'vitest';
import { sampleMatch } from '../../../engine/test/samples/audit-record.ts';
import { logFolder, requestContext } from '../../test/support/log-folder.ts';

describe('error log', () => {
  it('writes rule matches as Apache and ModSecurity do, backslashes doubled', async () => {
    const { lines, open } = logFolder();
    const logs = open();
    logs.match(sampleMatch({ message: 'm"x\n' }), requestContext);
    await logs.flush();
    expect(lines('error.log')[0]).toMatch(
      /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\.\d{6} \d{4}\] \[security2:error\] \[pid \d+:tid \d+\] \[client 192\.0\.2\.1:43290\] \[client 192\.0\.2\.1\] ModSecurity: Warning\. Pattern match "\(a\)b" at ARGS:x\. \[file "[^"]*"\] \[line "21"\] \[id "1"\] \[msg "m\\\\"x\\\\n"\] \[hostname "example\.test"\] \[uri "\/a"\] \[unique_id "awDb"\]$/,
    );
  });

  it('leaves out matches without log and lines below the level', async () => {
    const { lines, open } = logFolder();
    const logs = open({ errorLogLevel: 'notice' });
    logs.match(sampleMatch({ log: false }), requestContext);
    logs.error('info', 'core', 'no');
    logs.error('notice', 'core', 'yes');
    await logs.flush();
    expect(lines('error.log').map((line) => line.slice(-3))).toEqual(['yes']);
  });

  it('writes engine messages with the request they belong to', async () => {
    const { lines, open } = logFolder();
    const logs = open();
    logs.message({ level: 1, text: 'Multipart: invalid "x"' }, requestContext);
    await logs.flush();
    expect(lines('error.log')[0]).toMatch(
      /\[client 192\.0\.2\.1\] ModSecurity: Multipart: invalid "x" \[hostname "example\.test"\] \[uri "\/a"\] \[unique_id "awDb"\]$/,
    );
  });
});
