import { describe, expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { Transaction, TransactionRecord, WafOptions } from '../contract.ts';
import { MatchBudget } from '../regex/index.ts';
import { createWaf } from '../waf.ts';
import { Turn } from './turn.ts';

const rules = [
  'SecRuleEngine On',
  'SecRequestBodyAccess On',
  'SecArgumentsLimit 10000',
  ...Array.from(
    { length: 40 },
    (_, n) =>
      `SecRule ARGS "@rx (?i)${'abcdefgh'[n % 8]}[a-z]+${n}$" "id:${n + 1},phase:2,pass,log,msg:'%{MATCHED_VAR}'"`,
  ),
  'SecRule ARGS "@rx x(\\d+)y" "id:100,phase:2,pass,log,capture,setvar:tx.last=%{TX.1}"',
  'SecRule TX:last "@rx ." "id:101,phase:2,pass,log"',
].join('\n');

async function inspect(
  options: Partial<WafOptions>,
  body: string,
  text = rules,
): Promise<{ readonly record: TransactionRecord; readonly isSynchronous: boolean; readonly work: number }> {
  const waf = createWaf({ ...options, rules: [{ file: 'turn.conf', text }] });
  const transaction = waf.openTransaction(connection);
  const type = 'application/x-www-form-urlencoded';
  const headers = [
    ['Content-Type', type],
    ['Content-Length', String(body.length)],
  ] as const;
  transaction.processRequestHeaders({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers });
  transaction.writeRequestBody(Buffer.from(body));
  const phase2 = transaction.processRequestBody();
  await phase2;
  const record = await transaction.processLogging();
  return { record, isSynchronous: !(phase2 instanceof Promise), work: transaction.workMicroseconds };
}

const foundIn = ({ matches }: TransactionRecord): unknown =>
  matches.map(({ rule, message, matched }) => [rule.id, message, matched.map(({ name, value }) => [name, value])]);

const long = Array.from({ length: 2_000 }, (_, n) => `a${n}=${'abcdefgh'[n % 8]}zz${n % 40}+x${n}y`).join('&');

describe.each(['optimized', 'reference'] as const)('a request that takes long, %s evaluator', (evaluator) => {
  test('gives way, and comes to the same end', async () => {
    let turns = 0;
    const yieldControl = (): Promise<void> => {
      turns++;
      return new Promise((resolve) => setImmediate(resolve));
    };
    const { record: whole } = await inspect({ evaluator }, long);
    const { record: inTurns, isSynchronous } = await inspect({ evaluator, yieldControl }, long);
    expect(isSynchronous).toBe(false);
    expect(turns).toBeGreaterThan(1);
    expect(foundIn(inTurns)).toEqual(foundIn(whole));
    expect(whole.matches.length).toBeGreaterThan(100);
  });

  test('counts as work what it did itself, and not what others did meanwhile', async () => {
    let waited = 0;
    const yieldControl = async (): Promise<void> => {
      if (waited > 100) return;
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      waited += performance.now() - start;
    };
    const start = performance.now();
    const { work } = await inspect({ evaluator, yieldControl }, long);
    const elapsed = performance.now() - start;
    expect(waited).toBeGreaterThan(40);
    expect(work).toBeGreaterThan(1000);
    expect(work / 1000).toBeLessThan(elapsed - waited);
  });

  test('ends where somebody does not let it go on', async () => {
    const refusal = new Error('enough');
    const seen: number[] = [];
    const yieldControl = async (transaction: Transaction): Promise<void> => {
      if (seen.push(transaction.workMicroseconds) === 2) throw refusal;
    };
    await expect(inspect({ evaluator, yieldControl }, long)).rejects.toBe(refusal);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBeGreaterThan(seen[0] as number);
  });

  test('does not where nobody else is there', async () => {
    expect((await inspect({ evaluator }, long)).isSynchronous).toBe(true);
  });
});

test('both evaluators find the same among many values', async () => {
  const [optimized, reference] = await Promise.all(
    (['optimized', 'reference'] as const).map((evaluator) => inspect({ evaluator }, long)),
  );
  expect(foundIn(optimized!.record)).toEqual(foundIn(reference!.record));
});

// The optimized evaluator's affair: what it does to a value at once is as much as all rules do to it one after the other.
test('a single long value is transformed and scanned in several turns', async () => {
  const chains = ['urlDecodeUni', 'htmlEntityDecode', 'jsDecode', 'removeWhitespace', 'compressWhitespace', 'cmdLine'];
  const text = [
    'SecRuleEngine On\nSecRequestBodyAccess On',
    ...chains.map((name, n) => `SecRule ARGS "@rx not to be found ${n}" "id:${n + 1},phase:2,pass,t:${name}"`),
  ].join('\n');
  let turns = 0;
  const yieldControl = async (): Promise<void> => {
    turns++;
  };
  await onSlowMachine(() =>
    inspect({ yieldControl }, `a=${encodeURIComponent('%41 &#66;  \\u0043;"').repeat(3000)}`, text),
  );
  expect(turns).toBeGreaterThanOrEqual(chains.length - 1);
});

describe('the clock is looked at', () => {
  test.each([
    ['behind many bytes', 4000, 0, 2],
    ['behind many steps, however short the values are', 1, 30_000, 1],
    ['behind many values', 1, 0, 64],
    ['seldom where neither is the case', 20, 200, 56],
  ])('%s', async (_, bytes, steps, expected) => {
    let checks = 0;
    await onSlowMachine(async () => {
      const budget = new MatchBudget();
      const turn = new Turn(budget, () => Promise.resolve());
      turn.begin(performance.now());
      do {
        budget.spend(steps);
        checks++;
      } while (!turn.isOverBehind(bytes));
    });
    expect(checks).toBe(expected);
  });
});

/** Whenever somebody looks at the clock, ten milliseconds have passed. */
async function onSlowMachine(run: () => Promise<unknown>): Promise<void> {
  const { now } = performance;
  let time = 0;
  performance.now = () => (time += 10);
  try {
    await run();
  } finally {
    performance.now = now;
  }
}

// By the optimized evaluator only: it checks so seldom that the clock of a busy machine has no say.
test('an ordinary request does not give way', async () => {
  const yieldControl = (): Promise<void> => Promise.reject(new Error('there was no need'));
  expect((await inspect({ yieldControl }, 'name=Ann&city=Bern')).isSynchronous).toBe(true);
});
