/** What a server tells the rules of a client beside its headers. */
import { describe, expect, it } from 'vitest';
import { createWaf, type RequestHead, type TransactionRecord } from '../src/index.ts';

const RULES = `SecRuleEngine On
SecRule REMOTE_USER|AUTH_TYPE "@unconditionalMatch" "id:1,phase:1,pass,log,auditlog,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"
SecRule REQUEST_HEADERS:Authorization|REQUEST_COOKIES:session "@unconditionalMatch" "id:2,phase:1,pass,log,auditlog,msg:'%{MATCHED_VAR}'"
`;
const BASIC = `Basic ${btoa('claimed:secret')}`;

async function recordOf(facts: Partial<RequestHead>): Promise<TransactionRecord> {
  const waf = createWaf({ rules: [{ file: 'r', text: RULES }] });
  const tx = waf.openTransaction({ id: 'x', clientAddress: '', clientPort: 0, serverAddress: '', serverPort: 0 });
  const headers = [
    ['Host', 'a.test'],
    ['Authorization', BASIC],
    ['Cookie', 'a=b; session=0123456789'],
  ] as const;
  await tx.processRequestHeaders({ method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers, ...facts });
  return tx.processLogging({});
}

const messages = ({ matches }: TransactionRecord, id: number): readonly (string | undefined)[] =>
  matches.filter(({ rule }) => rule.id === id).map(({ message }) => message);

describe('REMOTE_USER and AUTH_TYPE', () => {
  it('are what the server knows', async () => {
    const record = await recordOf({ user: 'alice', authType: 'Bearer' });
    expect(messages(record, 1)).toEqual(['REMOTE_USER=alice', 'AUTH_TYPE=Bearer']);
  });

  it('are what the client claims where the server knows nothing', async () => {
    expect(messages(await recordOf({}), 1)).toEqual(['REMOTE_USER=claimed', 'AUTH_TYPE=Basic']);
  });
});

describe('credentials the server calls secret', () => {
  it('are asterisks in everything that is logged', async () => {
    const record = await recordOf({ secrets: { headers: ['authorization'], cookies: ['session'] } });
    expect(messages(record, 2)).toEqual(['*'.repeat(BASIC.length), '*'.repeat(10)]);
    const whole = JSON.stringify(record);
    expect(whole).not.toContain(BASIC);
    expect(whole).not.toContain('0123456789');
    expect(whole).toContain(`a=b; session=${'*'.repeat(10)}`);
  });

  it('are themselves otherwise', async () => {
    expect(messages(await recordOf({}), 2)).toEqual([BASIC, '0123456789']);
  });
});
