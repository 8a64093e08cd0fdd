import { compileRegex, MatchBudget, type Regex, RegexSyntaxError } from '../../packages/engine/src/regex/index.ts';
import type { Answer, Job, Subject } from './pcre2.ts';

/** What a comparison saw. */
export interface Comparison {
  /** Matches asked of both. */
  compared: number;
  matched: number;
  /** Subjects for which PCRE2 or we gave up because of a limit: nothing to compare. */
  limited: number;
  /** Patterns we refuse and PCRE2 takes, by our reason. */
  readonly refused: Map<string, number>;
  /** In words, for the reader of a failed test; the first few. */
  readonly differences: string[];
}

export const newComparison = (): Comparison => ({
  compared: 0,
  matched: 0,
  limited: 0,
  refused: new Map(),
  differences: [],
});

/** Compares what we make of a pattern and its subjects with PCRE2's answer: acceptance, verdicts, all capture offsets. */
export function compare(job: Job, subjects: readonly Subject[], answer: Answer, result: Comparison): void {
  const regex = compile(job);
  const name = `${JSON.stringify(job.pattern)} ${JSON.stringify(job.options ?? {})}`;
  if (answer.compileError !== 0) {
    // 120: too large for PCRE2's own tables, which we do not share. 135: too complicated, likewise.
    if (typeof regex !== 'string' && answer.compileError !== 120) {
      result.differences.push(`${name} taken, but PCRE2 refuses with ${answer.compileError} at ${answer.errorOffset}`);
    }
    return;
  }
  if (typeof regex === 'string') {
    const reason = regex.replace(/ at offset \d+$/, '').replace(/"[^"]*"/, '"…"');
    result.refused.set(reason, (result.refused.get(reason) ?? 0) + 1);
    return;
  }
  if (regex.groupCount !== answer.groupCount) {
    result.differences.push(`${name} has ${regex.groupCount} groups, with PCRE2 ${answer.groupCount}`);
    return;
  }
  subjects.forEach(({ text, from = 0 }, index) => {
    const expected = answer.matches[index];
    const budget = new MatchBudget({ perMatch: 5_000_000 });
    const verdict = from === 0 ? regex.test(text, budget) : undefined;
    // Where the verdict is no, looking for captures as well would only run the same automaton again.
    const offsets = verdict === false ? undefined : regex.exec(text, from, budget);
    if (typeof expected === 'number' || budget.exceeded) {
      result.limited++;
      return;
    }
    result.compared++;
    if (expected !== undefined) result.matched++;
    const isSame =
      (verdict ?? offsets !== undefined) === (expected !== undefined) && String(offsets) === String(expected);
    if (!isSame) {
      const seen = `test ${verdict}, exec ${offsets ?? 'no match'}`;
      result.differences.push(
        `${name} on ${JSON.stringify(text)} from ${from}: ${seen}; PCRE2 ${expected ?? 'no match'}`,
      );
    }
  });
}

function compile({ pattern, options }: Job): Regex | string {
  try {
    return compileRegex(pattern, options);
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error.message;
    throw error;
  }
}
