/** Numbers for Prometheus: counters, gauges and histograms with labels, cheap enough to be counted for every request. */

export type LabelValues = readonly string[];

/** A family at one moment, fit for JSON: workers send these, and they are added up. */
export interface FamilySnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Upper bounds, without the infinite one; of histograms only. */
  readonly bounds?: readonly number[];
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: LabelValues;
  /** Of a histogram the sum. */
  readonly value: number;
  /** Of histograms: observations per bucket, the infinite one included; not cumulative. */
  readonly counts?: readonly number[];
}

/** Label values are texts that name things of the configuration or are bounded; this many combinations at most. */
const MAXIMUM_SERIES = 2000;
const OVERFLOW = 'other';
const SEPARATOR = '\x1f';

interface Description {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

abstract class Family<Cell> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly #cells = new Map<string, { readonly labels: LabelValues; readonly cell: Cell }>();

  constructor({ name, help, labels = [] }: Description) {
    this.name = name;
    this.help = help;
    this.labels = labels;
  }

  protected abstract create(): Cell;

  /**
   * The series of some label values; beyond the bound, all further ones share one with the value `other`. It stays the same until the
   * family is reset, so whoever counts often can keep it.
   */
  series(...values: LabelValues): Cell {
    return this.cell(values);
  }

  /** The series of the only label's value, found without a list of values. */
  protected cellOf(value: string): Cell {
    return this.#cells.get(value)?.cell ?? this.cell([value]);
  }

  protected cell(values: LabelValues): Cell {
    const key = values.length === 1 ? (values[0] as string) : values.join(SEPARATOR);
    const found = this.#cells.get(key);
    if (found !== undefined) return found.cell;
    if (this.#cells.size >= MAXIMUM_SERIES && values.some((one) => one !== OVERFLOW)) {
      return this.cell(values.map(() => OVERFLOW));
    }
    const cell = this.create();
    this.#cells.set(key, { labels: values, cell });
    return cell;
  }

  protected get cells(): Iterable<{ readonly labels: LabelValues; readonly cell: Cell }> {
    return this.#cells.values();
  }

  protected clear(): void {
    this.#cells.clear();
  }
}

/** A series of a counter or gauge. */
export interface Count {
  value: number;
}

export class Counter extends Family<Count> {
  protected create(): Count {
    return { value: 0 };
  }

  add(amount: number, ...labels: LabelValues): void {
    this.cell(labels).value += amount;
  }

  /** For numbers that somebody else counts. */
  set(value: number, ...labels: LabelValues): void {
    this.cell(labels).value = value;
  }

  get snapshot(): FamilySnapshot {
    const { name, help, labels } = this;
    const samples = [...this.cells].map(({ labels: of, cell }) => ({ labels: of, value: cell.value }));
    return { name, help, type: 'counter', labels, samples };
  }
}

export class Gauge extends Family<Count> {
  protected create(): Count {
    return { value: 0 };
  }

  set(value: number, ...labels: LabelValues): void {
    this.cell(labels).value = value;
  }

  /** Forgets all series, where things that come and go are set anew each time. */
  reset(): void {
    this.clear();
  }

  get snapshot(): FamilySnapshot {
    const { name, help, labels } = this;
    const samples = [...this.cells].map(({ labels: of, cell }) => ({ labels: of, value: cell.value }));
    return { name, help, type: 'gauge', labels, samples };
  }
}

interface Buckets {
  readonly counts: number[];
  sum: number;
}

export class Histogram extends Family<Buckets> {
  readonly #bounds: readonly number[];
  /** The series, where there are no labels. */
  #only: Buckets | undefined;

  /** `bounds`: upper bounds in ascending order; the infinite one is added. */
  constructor(description: Description & { readonly bounds: readonly number[] }) {
    super(description);
    this.#bounds = description.bounds;
  }

  protected create(): Buckets {
    return { counts: new Array<number>(this.#bounds.length + 1).fill(0), sum: 0 };
  }

  /** A histogram has one label at most. */
  observe(value: number, label?: string): void {
    const cell = label === undefined ? (this.#only ??= this.cell([])) : this.cellOf(label);
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) at++;
    (cell.counts[at] as number)++;
    cell.sum += value;
  }

  get snapshot(): FamilySnapshot {
    const { name, help, labels } = this;
    const samples = [...this.cells].map(({ labels: of, cell }) => ({
      labels: of,
      value: cell.sum,
      counts: [...cell.counts],
    }));
    return { name, help, type: 'histogram', labels, bounds: this.#bounds, samples };
  }
}
