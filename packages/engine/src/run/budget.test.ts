import { describe, expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { EngineMessage, TransactionRecord, WafOptions } from '../contract.ts';
import { createWaf } from '../waf.ts';

/** Each of these reads the whole value, whatever is in it: together they need more than one request may cause. */
const costly = Array.from(
  { length: 500 },
  (_, index) =>
    `SecRule ARGS "@rx ^[qz]{${index % 25},}q{${1 + Math.floor(index / 25)}}$" "id:${1000 + index},phase:2,pass,nolog"`,
);

function inspect(
  options: Partial<WafOptions>,
  mode: string,
): { readonly record: TransactionRecord; readonly messages: readonly EngineMessage[] } {
  const messages: EngineMessage[] = [];
  const waf = createWaf({
    ...options,
    onMessage: (message) => messages.push(message),
    rules: [
      {
        file: 'costly.conf',
        text: [
          `SecRuleEngine ${mode}`,
          'SecRequestBodyAccess On',
          ...costly,
          'SecRule TX:MSC_PCRE_LIMITS_EXCEEDED "@eq 1" "id:1,phase:2,pass,log,msg:\'limits\'"',
        ].join('\n'),
      },
    ],
  });
  const transaction = waf.openTransaction(connection);
  const body = Buffer.from(`a=${'q'.repeat(30)}${'qz'.repeat(32_000)}`);
  transaction.processRequestHeaders({
    method: 'POST',
    uri: '/',
    protocol: 'HTTP/1.1',
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', String(body.length)],
    ],
  });
  transaction.writeRequestBody(body);
  transaction.processRequestBody();
  return { record: transaction.processLogging() as TransactionRecord, messages };
}

describe.each(['optimized', 'reference'] as const)('a request over its budget, %s evaluator', (evaluator) => {
  test('is refused, and the log names the rule and the variable', () => {
    const { record, messages } = inspect({ evaluator }, 'On');
    expect(record.interruption).toMatchObject({ action: 'deny', status: 403, phase: 2 });
    const id = record.interruption?.rule?.id;
    expect(id).toBeGreaterThan(1100);
    expect(messages.map(({ level, text }) => [level, text])).toEqual([
      [2, `Rule [id "${id}"] - Execution error - PCRE limits exceeded at ARGS:a.`],
      [
        1,
        `Inspection needs more work than one request may cause, at rule [id "${id}"] and ARGS:a. Deny with code (403)`,
      ],
    ]);
  });

  test('goes on where that is configured, and rules can tell', () => {
    const { record, messages } = inspect({ evaluator, onBudgetExhausted: 'continue' }, 'On');
    expect(record.interruption).toBeUndefined();
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1]);
    expect(messages).toHaveLength(1);
  });

  test('is not refused in detection mode', () => {
    const { record } = inspect({ evaluator }, 'DetectionOnly');
    expect(record.interruption).toBeUndefined();
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1]);
  });
});
