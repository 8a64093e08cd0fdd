import { describe, expect, it } from 'vitest';
import { createWaf } from '../../src/index.ts';
import { BASE } from '../support/exchange.ts';

describe('WEBSERVER_ERROR_LOG', () => {
  it('holds what the server says at the end', async () => {
    const waf = createWaf({
      rules: [{ file: 'a.conf', text: `${BASE}SecRule WEBSERVER_ERROR_LOG "@contains refused" "id:1,phase:5,pass"` }],
    });
    const tx = waf.openTransaction({
      id: '1',
      clientAddress: '::1',
      clientPort: 1,
      serverAddress: '::1',
      serverPort: 80,
    });
    await tx.processRequestHeaders({ method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers: [] });
    const record = await tx.processLogging({ serverErrors: ['connection refused'] });
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1]);
  });
});
