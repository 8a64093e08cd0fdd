import { scalarText } from './scalars.ts';
import type { ValueType } from './value-type.ts';

/** Units of sizes, smallest first, with their bytes. */
export const SIZE_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['B', 1],
  ['kB', 1000],
  ['KiB', 1024],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
];

const TIME_UNITS = [
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
] as const;

/** Bytes. A number without unit counts bytes. */
export function size(): ValueType<number> {
  return quantity('size', '`10 MiB`', SIZE_UNITS, 'B');
}

/** Milliseconds. A unit must be written: `30` could mean either. */
export function duration(): ValueType<number> {
  return quantity('time', '`30 s`', TIME_UNITS, undefined);
}

/**
 * A number with a unit, as so many of the smallest. `units`: smallest first. 0 needs none; another number without a unit counts
 * `fallbackUnit`, and is refused where there is none.
 */
function quantity(
  what: string,
  example: string,
  units: readonly (readonly [unit: string, factor: number])[],
  fallbackUnit: string | undefined,
): ValueType<number> {
  const label = `${what}, for example ${example}`;
  const factors = new Map(units.map(([unit, factor]) => [unit.toLowerCase(), factor]));
  return {
    label,
    schema: { type: ['string', 'integer'] },
    read(node, reader) {
      const written = scalarText(node, reader, label);
      if (written === undefined) return undefined;
      const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)$/.exec(written.trim());
      const amount = Number(parts?.[1]);
      const unit = (parts?.[2] || (amount === 0 ? units[0]?.[0] : fallbackUnit) || '').toLowerCase();
      const factor = factors.get(unit);
      if (parts !== null && factor !== undefined) return Math.round(amount * factor);
      reader.report(node, `expected a ${label}; units: ${units.map(([one]) => one).join(', ')}`);
      return undefined;
    },
    print(value) {
      for (const [unit, factor] of units.toReversed()) {
        if (value !== 0 && value % factor === 0) return `${value / factor} ${unit}`;
      }
      return String(value);
    },
  };
}
