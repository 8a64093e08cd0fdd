/** Sizes and times as people write them. */
import { SIZE_UNITS } from '../../config/field.ts';

/** `900MB`, `1 GiB`, `4096`; undefined when it is no size. A rate may end in `/s`. */
export function parseSize(text: string): number | undefined {
  const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)(?:\/s)?$/.exec(text.trim());
  const unit = (parts?.[2] || 'B').toLowerCase();
  const factor = SIZE_UNITS.find(([name]) => name.toLowerCase() === unit)?.[1];
  return parts === null || factor === undefined ? undefined : Math.round(Number(parts[1]) * factor);
}

/** `12.5 MiB`; 0 is `no limit`. */
export function sizeText(bytes: number, none = 'no limit'): string {
  if (bytes === 0) return none;
  if (bytes === Number.POSITIVE_INFINITY) return 'no limit';
  const fits = SIZE_UNITS.toReversed().find(([, factor]) => bytes >= factor && (bytes / factor) % 0.125 === 0);
  const [unit, factor] = fits ?? ['B', 1];
  return `${bytes / factor} ${unit}`;
}

/** Milliseconds: `30 s`, `1 h`; 0 is `no limit`. */
export function timeText(milliseconds: number): string {
  if (milliseconds === 0) return 'no limit';
  for (const [unit, factor] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (milliseconds >= factor && (milliseconds / factor) % 0.5 === 0) return `${milliseconds / factor} ${unit}`;
  }
  return `${milliseconds} ms`;
}
