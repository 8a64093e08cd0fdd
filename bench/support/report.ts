/** Tables and charts of what `bench/gateway.ts` measured, and their place in the results. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { LoadResult } from './load.ts';

export interface Row {
  readonly subject: string;
  readonly request: string;
  /** `CRS 4.28 PL1`, or undefined for a gate without rules. */
  readonly rules: string | undefined;
  readonly result: LoadResult;
}

const CHART_WIDTH = 50;

/** Where and when, in one sentence. */
export function surroundings(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [, , quarter = 0] = loadavg();
  const cpu = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`;
  return `Commit ${commit}, Node ${process.versions.node}, ${cpu}, load average ${quarter.toFixed(1)} over the last 15 minutes.`;
}

/** Markdown with each peer as a ratio to the gate under the same rules. */
export function table(rows: readonly Row[], gate: string): string {
  const lines = [
    '| request | rules | server | req/s | p50 ms | p99 ms | gate is × as fast |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: |',
  ];
  for (const row of rows) {
    const own = rows.find((one) => one.subject === gate && one.request === row.request && one.rules === row.rules);
    const { requestsPerSecond, p50, p99 } = row.result;
    const ratio = own === undefined || own === row ? '' : (own.result.requestsPerSecond / requestsPerSecond).toFixed(1);
    const rate = Math.round(requestsPerSecond);
    lines.push(
      `| ${row.request} | ${row.rules ?? 'none'} | ${row.subject} | ${rate} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${ratio} |`,
    );
  }
  return lines.join('\n');
}

/** Requests a second as bars, the longest of each request being the fastest server. */
export function chart(rows: readonly Row[]): string {
  const labels = rows.map(({ subject, rules }) => `${subject}, ${rules ?? 'no rules'}`);
  const width = Math.max(...labels.map((label) => label.length));
  const lines: string[] = [];
  for (const request of new Set(rows.map((row) => row.request))) {
    const most = Math.max(...rows.filter((row) => row.request === request).map((row) => row.result.requestsPerSecond));
    lines.push(lines.length === 0 ? request : `\n${request}`);
    rows.forEach((row, index) => {
      if (row.request !== request) return;
      const { requestsPerSecond } = row.result;
      const bar = '█'.repeat(Math.max(1, Math.round((requestsPerSecond / most) * CHART_WIDTH)));
      lines.push(`  ${labels[index]?.padEnd(width)}  ${bar} ${Math.round(requestsPerSecond)}`);
    });
  }
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a file. */
export function writeSection(file: URL, name: string, text: string): void {
  const [before, after] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const old = readFileSync(file, 'utf8');
  const from = old.indexOf(before);
  const to = old.indexOf(after);
  if (from === -1 || to === -1) throw new Error(`${file.pathname} has no place for "${name}"`);
  writeFileSync(file, `${old.slice(0, from + before.length)}\n${text}\n${old.slice(to)}`);
}
