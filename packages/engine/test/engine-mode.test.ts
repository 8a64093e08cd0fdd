import { describe, expect, test } from 'vitest';
import type { EngineMode, TransactionRecord } from '../src/contract.ts';
import { createWaf } from '../src/index.ts';

function inspect(configured: EngineMode, engineMode: EngineMode | undefined): TransactionRecord {
  const rules = `SecRuleEngine ${configured}\nSecRule ARGS "@contains evil" "id:1,phase:1,deny,status:418"`;
  const transaction = createWaf({ rules: [{ file: 'mode.conf', text: rules }] }).openTransaction(
    { id: 'x', clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 },
    engineMode === undefined ? {} : { engineMode },
  );
  transaction.processRequestHeaders({ method: 'GET', uri: '/?a=evil', protocol: 'HTTP/1.1', headers: [] });
  return transaction.processLogging() as TransactionRecord;
}

describe('the mode a transaction is opened with', () => {
  test.each([
    { configured: 'On', engineMode: undefined, status: 418, matches: 1 },
    { configured: 'On', engineMode: 'DetectionOnly', status: undefined, matches: 1 },
    { configured: 'On', engineMode: 'Off', status: undefined, matches: 0 },
    { configured: 'Off', engineMode: 'On', status: 418, matches: 1 },
    { configured: 'DetectionOnly', engineMode: 'On', status: 418, matches: 1 },
  ] as const)('rules say $configured, the server $engineMode', ({ configured, engineMode, status, matches }) => {
    const record = inspect(configured, engineMode);
    expect(record.interruption?.status).toBe(status);
    expect(record.matches).toHaveLength(matches);
    expect(record.engineMode).toBe(engineMode ?? configured);
  });
});
