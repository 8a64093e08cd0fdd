import type { RawResponse } from './exchange.ts';
import type { StageOutput } from './test-file.ts';

/** What a stage led to. */
export interface StageFacts {
  readonly response: RawResponse | undefined;
  /** Why there is no response. */
  readonly error: Error | undefined;
  /** Log lines that belong to the stage. */
  readonly lines: readonly string[];
}

/** Everything that differs from the expectation, one sentence each; empty when the stage passes. */
export function checkStage(expected: StageOutput, facts: StageFacts): string[] {
  const { response, error } = facts;
  if (expected.expectError === true) return error === undefined ? ['expected no valid answer, got one'] : [];
  if (response === undefined) return [`no valid answer: ${error?.message ?? 'unknown reason'}`];

  const problems: string[] = [];
  if (expected.status !== undefined && expected.status !== response.status) {
    problems.push(`expected status ${expected.status}, got ${response.status}`);
  }
  if (expected.responseContains !== undefined && !compile(expected.responseContains).test(response.raw)) {
    problems.push(`expected the answer to match ${expected.responseContains}`);
  }
  const seen = loggedRules(facts.lines);
  const missing = expected.expectIds.filter((id) => !seen.has(id));
  if (missing.length > 0) problems.push(`expected ${missing.join(', ')} in the log; ${describe(seen)}`);
  const unwanted = expected.noExpectIds.filter((id) => seen.has(id));
  if (unwanted.length > 0) problems.push(`did not expect ${unwanted.join(', ')} in the log; ${describe(seen)}`);
  if (expected.isolated && seen.size !== 1) problems.push(`expected one rule only; ${describe(seen)}`);
  const { matchRegex, noMatchRegex } = expected;
  if (matchRegex !== undefined && !facts.lines.some((line) => compile(matchRegex).test(line))) {
    problems.push(`expected a log line to match ${matchRegex}; ${describe(seen)}`);
  }
  const bad = noMatchRegex === undefined ? undefined : facts.lines.find((line) => compile(noMatchRegex).test(line));
  if (bad !== undefined) problems.push(`expected no log line to match ${noMatchRegex}, got: ${bad}`);
  return problems;
}

/** Rule ids in log lines, as go-ftw finds them: `[id "1"]`, also with escaped quotes or as JSON. */
export function loggedRules(lines: readonly string[]): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const line of lines) {
    const found = [...line.matchAll(/\[(?:id |\\?"id\\?":)\\?"(\d+)\\?"\]/g)];
    const json = found.length > 0 ? found : [...line.matchAll(/(?:\{|,)\s*"(?:id|ruleId)":\s*"?(\d+)"?/g)];
    for (const match of json) ids.add(Number(match[1]));
  }
  return ids;
}

function describe(seen: ReadonlySet<number>): string {
  return seen.size === 0 ? 'the log has none' : `the log has ${[...seen].sort((a, b) => a - b).join(', ')}`;
}

/** Go's regular expressions as far as tests use them: JavaScript's with leading `(?i)`-style flags. */
function compile(pattern: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  return flags === null ? new RegExp(pattern) : new RegExp(pattern.slice(flags[0].length), flags[1]);
}
