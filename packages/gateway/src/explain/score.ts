import type { Explanation } from './explanation.ts';

/** How one numeric variable came to its value. */
export interface ScoreSheet {
  readonly name: string;
  readonly start: number;
  readonly steps: readonly { readonly rule: number; readonly by: number; readonly total: number }[];
}

/**
 * The arithmetic of every variable that a logged rule counted up, and of the totals rules made of those (any variable with
 * `score` in its name), in the order they were first touched.
 */
export function scoreSheets({ matches }: Explanation): ScoreSheet[] {
  const sheets = new Map<
    string,
    { name: string; start: number; isShown: boolean; steps: ScoreSheet['steps'][number][] }
  >();
  for (const match of matches) {
    for (const { name, before, after } of match.values.flatMap((value) => value.changes)) {
      const from = wholeNumber(before ?? '0');
      const to = wholeNumber(after ?? '');
      if (from === undefined || to === undefined) continue;
      const sheet = sheets.get(name) ?? { name, start: from, isShown: false, steps: [] };
      sheets.set(name, sheet);
      if (from === to) continue;
      if (match.isLogged || name.toLowerCase().includes('score')) sheet.isShown = true;
      sheet.steps.push({ rule: match.rule, by: to - from, total: to });
    }
  }
  return [...sheets.values()]
    .filter(({ isShown }) => isShown)
    .map(({ name, start, steps }) => ({ name, start, steps }));
}

function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
