import { printable } from './printable.ts';
import { type AccessRecord, renderTrace } from './render.ts';

/** A request that took long, for people: its timeline, and what is kept besides. */
export function renderSlowRequest(record: AccessRecord): string {
  const lines = [`${String(record['id'])}`, renderTrace(record, [])];
  const { slowest_rules: rules, request_headers: headers, skipped_before: skipped, phases_us: phases } = record;
  if (Array.isArray(phases))
    lines.push(`phases of the rules: ${phases.map((time) => `${Number(time)} us`).join(', ')}`);
  if (Array.isArray(rules)) {
    const told = (rules as readonly Readonly<Record<string, unknown>>[]).map(
      ({ id, us }) => `${Number(id)} (${Number(us)} us)`,
    );
    lines.push(`slowest rules: ${told.join(', ')}`);
  }
  if (typeof headers === 'object' && headers !== null)
    for (const [name, value] of Object.entries(headers)) lines.push(`${printable(name)}: ${printable(String(value))}`);
  if (skipped !== undefined) lines.push(`${Number(skipped)} slow requests before it were only counted`);
  return lines.join('\n');
}
