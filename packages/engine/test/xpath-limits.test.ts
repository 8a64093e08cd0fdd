import { expect, it } from 'vitest';
import { createWaf, type Interruption, type Transaction } from '../src/index.ts';
import { processorTime } from './support/processor-time.ts';

const BODY = `<r>${'<a>x</a>'.repeat(20_000)}</r>`;

async function inspect(expression: string, evaluator: 'optimized' | 'reference') {
  const text = `SecRuleEngine On\nSecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule "XML:'${expression}'" "@streq never" "id:2,phase:2,deny,status:400"\n`;
  const waf = createWaf({ rules: [{ file: 'a.conf', text }], evaluator });
  const end = { clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
  const tx: Transaction = waf.openTransaction({ id: 'a', ...end });
  const headers = [['Host', 'a'] as const, ['Content-Length', String(BODY.length)] as const];
  await tx.processRequestHeaders({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers });
  tx.writeRequestBody(Buffer.from(BODY));
  const interruption: Interruption | undefined = await tx.processRequestBody();
  return { interruption, warnings: waf.warnings.map(({ message }) => message) };
}

it.each(['optimized', 'reference'] as const)(
  'an expression cannot take longer than a request may (%s)',
  async (evaluator) => {
    const started = processorTime();
    const { interruption } = await inspect('//a[count(//a) > 1]', evaluator);
    expect(interruption).toMatchObject({ status: 403 });
    expect(interruption?.message).toContain('Inspection needs more work than one request may cause');
    expect(processorTime() - started).toBeLessThan(10_000);
    expect((await inspect('//a[. = 2]', evaluator)).interruption).toBeUndefined();
  },
);

it('an expression that gives no nodes is told at load', async () => {
  const { interruption, warnings } = await inspect('count(//a)', 'optimized');
  expect(interruption).toBeUndefined();
  expect(warnings).toEqual([
    'XML:count(//a) gives a value and no nodes, so the rule looks at nothing, as in ModSecurity 2; write it as a predicate: XML:/*[…]',
  ]);
});
