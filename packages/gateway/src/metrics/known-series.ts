import type { Count } from './family.ts';

/** Series of a family, found by a name and a number: a text of all labels is costly to make and to look up for every request. */
export class KnownSeries {
  readonly #find: (name: string, number: number) => Count;
  readonly #byName = new Map<string, Map<number, Count>>();

  /** `find`: the series in its family; asked once per name and number, of which there must be a bounded number. */
  constructor(find: (name: string, number: number) => Count) {
    this.#find = find;
  }

  of(name: string, number: number): Count {
    let byNumber = this.#byName.get(name);
    if (byNumber === undefined) {
      byNumber = new Map();
      this.#byName.set(name, byNumber);
    }
    let series = byNumber.get(number);
    if (series === undefined) {
      series = this.#find(name, number);
      byNumber.set(number, series);
    }
    return series;
  }
}
