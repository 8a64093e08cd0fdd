import type { TestResult, Verdict } from './runner.ts';

/** One line per test that needs attention, then the sums. */
export function reportResults(results: readonly TestResult[]): string[] {
  const lines = results.flatMap((result) =>
    result.verdict === 'failed' || result.verdict === 'closed' ? explain(result) : [],
  );
  return [...lines, summarize(results)];
}

/** `5000 passed, 3 failed, 2 skipped`, with known gaps where there are any. A closed gap counts as a failure. */
export function summarize(results: readonly TestResult[]): string {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  const gaps = count('gap');
  const sums = [
    `${count('passed')} passed`,
    `${count('failed') + count('closed')} failed`,
    `${count('skipped')} skipped`,
  ];
  return [...sums, ...(gaps === 0 ? [] : [`${gaps} known gaps`])].join(', ');
}

function explain({ test, details }: TestResult): string[] {
  const title = test.description.trim().split('\n')[0] ?? '';
  return [`${test.id} ${title}`.trimEnd(), ...details.map((detail) => `    ${detail}`), `    in ${test.file}`];
}
