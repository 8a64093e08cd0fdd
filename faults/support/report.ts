/** What fault runs found, as a table. */
import type { Outcome, Scenario } from './scenario.ts';

export interface Row {
  readonly scenario: Scenario;
  /** A text: why it was left out. */
  readonly outcome: Outcome | string;
}

export function report(rows: readonly Row[]): string {
  const table = [
    ['run', 'requests', 'lost', 'recovery', 'verdict', 'seen'],
    ...rows.map(({ scenario, outcome }) =>
      typeof outcome === 'string'
        ? [scenario.id, '-', '-', '-', 'left out', outcome]
        : [
            scenario.id,
            String(outcome.requests),
            String(outcome.lost),
            outcome.recovery === undefined ? '-' : `${Math.round(outcome.recovery)} ms`,
            outcome.misses.length === 0 ? 'kept' : 'MISSED',
            outcome.seen,
          ],
    ),
  ];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column >= 1 && column <= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const misses = rows.flatMap(({ scenario, outcome }) =>
    typeof outcome === 'string' ? [] : outcome.misses.map((miss) => `${scenario.id} MISSED: ${miss}`),
  );
  return [...lines, ...(misses.length > 0 ? ['', ...misses] : [])].join('\n');
}
