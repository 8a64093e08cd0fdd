import { renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { logFolder } from '../../test/support/log-folder.ts';
import { sampleExchange } from '../../test/support/logged-exchange.ts';

describe('rotation', () => {
  it('reopen() writes earlier lines to the moved file and later ones to a new one', async () => {
    const { directory, lines, open } = logFolder();
    const logs = open();
    logs.access(sampleExchange({ requestLine: 'one' }));
    await logs.flush();
    renameSync(join(directory, 'access.log'), join(directory, 'access.log.1'));
    logs.access(sampleExchange({ requestLine: 'two' }));
    await logs.reopen();
    logs.access(sampleExchange({ requestLine: 'three' }));
    await logs.flush();
    expect(lines('access.log.1').map((line) => /"(\w+)"/.exec(line)?.[1])).toEqual(['one', 'two']);
    expect(lines('access.log').map((line) => /"(\w+)"/.exec(line)?.[1])).toEqual(['three']);
  });

  it('notices within seconds that a file was removed', async () => {
    const { directory, lines, open } = logFolder();
    const logs = open();
    logs.access(sampleExchange({ requestLine: 'one' }));
    await logs.flush();
    unlinkSync(join(directory, 'access.log'));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    logs.access(sampleExchange({ requestLine: 'two' }));
    await logs.flush();
    expect(lines('access.log')).toHaveLength(1);
  });
});
