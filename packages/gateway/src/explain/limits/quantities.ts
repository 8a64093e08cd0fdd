/** Sizes and times as people write them. */

const SIZES = [
  ['B', 1],
  ['kB', 1000],
  ['KiB', 1024],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
] as const;

/** `900MB`, `1 GiB`, `4096`; undefined when it is no size. A rate may end in `/s`. */
export function parseSize(text: string): number | undefined {
  const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)(?:\/s)?$/.exec(text.trim());
  const unit = (parts?.[2] || 'B').toLowerCase();
  const factor = SIZES.find(([name]) => name.toLowerCase() === unit)?.[1];
  return parts === null || factor === undefined ? undefined : Math.round(Number(parts[1]) * factor);
}

/** `12.5 MiB`; 0 is `no limit`. */
export function sizeText(bytes: number): string {
  if (bytes === 0 || bytes === Number.POSITIVE_INFINITY) return 'no limit';
  const unit = SIZES.toReversed().find(([, factor]) => bytes >= factor && (bytes / factor) % 0.125 === 0) ?? SIZES[0];
  return `${bytes / unit[1]} ${unit[0]}`;
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
