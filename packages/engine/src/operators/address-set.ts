import type { Address, AddressRange } from './ip-address.ts';

/** A set of addresses of both families: sorted ranges that do not touch, searched by halving. */
export class AddressSet {
  readonly #ipv4: readonly AddressRange[];
  readonly #ipv6: readonly AddressRange[];

  constructor(ranges: readonly AddressRange[]) {
    this.#ipv4 = merged(ranges.filter((range) => typeof range.first === 'number'));
    this.#ipv6 = merged(ranges.filter((range) => typeof range.first === 'bigint'));
  }

  has(address: Address): boolean {
    const ranges = typeof address === 'number' ? this.#ipv4 : this.#ipv6;
    // The last range that starts at or before the address is the only one that can hold it.
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[middle]!.first <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && address <= ranges[low - 1]!.last;
  }
}

/** The same addresses in ascending ranges that do not overlap. */
function merged(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const result: AddressRange[] = [];
  for (const range of [...ranges].sort((left, right) =>
    left.first < right.first ? -1 : left.first > right.first ? 1 : 0,
  )) {
    const last = result.at(-1);
    if (last === undefined || range.first > last.last) result.push(range);
    else if (range.last > last.last) result[result.length - 1] = { first: last.first, last: range.last };
  }
  return result;
}
