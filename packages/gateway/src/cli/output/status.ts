/** The state of a gate as lines for people. */

import type { GateStatus, WorkerStatus } from '../../admin/status.ts';
import type { ApplicationStatus } from '../../applications/status.ts';

const MiB = 1024 * 1024;

/** `now`: milliseconds since 1970. No line end at the end. */
export function renderStatus(gate: GateStatus, now: number): string {
  const { configuration } = gate;
  const doors = gate.listeners.map(({ scheme, address, port }) => {
    return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  });
  const lines = [
    `sallyport ${gate.version} on Node ${gate.node.replace(/^v/, '')}, process ${gate.pid}, up ${span(now - gate.startedAt)}`,
    `listening on   ${doors.join(', ')}`,
    `requests       ${gate.requests}, ${gate.running} under way`,
    `configuration  ${configuration.file ?? 'from flags'}, generation ${gate.generation}, in force for ${span(now - configuration.loadedAt)}`,
    configuration.rules,
  ];
  if (configuration.stale !== undefined) {
    lines.push(`STALE for ${span(now - configuration.stale.since)}: the last reload was refused`);
    for (const reason of configuration.stale.reasons) lines.push(`  ${reason}`);
  }
  for (const name of gate.unsafe) lines.push(`UNSAFE         ${name}`);
  if (gate.crashes > 0) lines.push(`crashes        ${gate.crashes}`);
  if (gate.workers.length > 0) lines.push('', ...workerTable(gate.workers, now));
  if (gate.applications.length > 0) lines.push('', ...applicationTable(gate.applications, now));
  for (const { name, state, reason } of gate.sites) {
    if (state !== 'live') lines.push(`site ${name}: ${reason === undefined ? state : `REFUSED: ${reason}`}`);
  }
  return lines.join('\n');
}

function applicationTable(applications: readonly ApplicationStatus[], now: number): readonly string[] {
  return table([
    ['application', 'state', 'process', 'user', 'age', 'requests', 'memory', 'restarts'],
    ...applications.flatMap(({ name, uid, restarts, processes }) =>
      (processes.length > 0 ? processes : [undefined]).map((one) => [
        name,
        one?.state ?? 'waits to be started again',
        one === undefined ? '-' : String(one.pid),
        String(uid),
        one === undefined ? '-' : span(now - one.startedAt),
        one === undefined ? '-' : String(one.requests),
        one === undefined ? '-' : `${Math.round(one.rss / MiB)} MiB`,
        String(restarts),
      ]),
    ),
  ]);
}

function workerTable(workers: readonly WorkerStatus[], now: number): readonly string[] {
  return table([
    ['worker', 'state', 'generation', 'age', 'requests', 'under way', 'memory', 'busy'],
    ...workers.map((one) => [
      String(one.pid),
      one.state,
      String(one.generation),
      span(now - one.startedAt),
      String(one.requests),
      String(one.running),
      `${Math.round(one.rss / MiB)} MiB`,
      `${Math.round(one.utilization * 100)} %`,
    ]),
  ]);
}

/** Columns as wide as needed, numbers to the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** `12 s`, `3 m 5 s`, `2 h 10 m`, `4 d 3 h`. */
function span(milliseconds: number): string {
  const all = Math.max(0, Math.round(milliseconds / 1000));
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)} m ${all % 60} s`;
  if (all < 86_400) return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} m`;
  return `${Math.floor(all / 86_400)} d ${Math.floor((all % 86_400) / 3600)} h`;
}
