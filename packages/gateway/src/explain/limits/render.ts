import { renderAccess } from './access.ts';
import type { ExplainedRequest, Limit } from './limit.ts';
import { sizeText } from './quantities.ts';

/** Lines for people. */
export function renderRequest({
  method,
  url,
  route,
  access,
  upload,
  limits,
  first,
  warnings,
}: ExplainedRequest): readonly string[] {
  const lines = [`${method} ${url}: ${route}`];
  if (upload !== undefined) {
    const seconds = Number((upload.size / upload.rate).toFixed(1));
    lines.push(`a body of ${sizeText(upload.size)} at ${sizeText(upload.rate)}/s takes ${seconds} s`);
  }
  if (access !== undefined) lines.push('', ...renderAccess(access));
  const rows = limits.map(({ stage, name, value, from, effect }) => [stage, name, value, effect, from]);
  const widths = [0, 1, 2, 3].map((column) => Math.min(60, Math.max(...rows.map((row) => row[column]?.length ?? 0))));
  lines.push(
    '',
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  );
  if (upload !== undefined) lines.push('', ...verdict(limits, first));
  for (const warning of warnings) lines.push('', `WARNING: ${warning}`);
  return lines;
}

function verdict(limits: readonly Limit[], first: Limit | undefined): readonly string[] {
  const conditional = limits.filter(({ bite }) => bite?.when !== undefined);
  return [
    first === undefined
      ? 'The upload passes.'
      : `Bites first: ${first.name} (${first.value}, ${first.from}): ${first.bite?.outcome} ${moment(first.bite?.after)}.`,
    ...conditional.map(
      ({ name, value, from, bite }) =>
        `If ${bite?.when}: ${name} (${value}, ${from}): ${bite?.outcome} ${moment(bite?.after)}.`,
    ),
  ];
}

function moment(seconds = 0): string {
  return seconds === 0 ? 'before the body is read' : `after ${Number(seconds.toFixed(1))} s`;
}
