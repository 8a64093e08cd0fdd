/** Numbers of all workers together. */
import type { FamilySnapshot, Sample } from './family.ts';

/** What a worker has counted: its process and the families. */
export interface WorkerSnapshot {
  readonly pid: number;
  readonly families: readonly FamilySnapshot[];
}

/**
 * Adds up what workers count. Those that have gone stay in the sums with what they had said last, so that no counter ever goes back;
 * gauges count the living only. What a worker has counted since it was last asked, and then ended, is lost.
 */
export class MetricTotals {
  readonly #lastSeen = new Map<number, readonly FamilySnapshot[]>();
  #gone: readonly FamilySnapshot[] = [];

  add(workers: readonly WorkerSnapshot[]): readonly FamilySnapshot[] {
    const living = new Set(workers.map(({ pid }) => pid));
    for (const [pid, families] of this.#lastSeen) {
      if (living.has(pid)) continue;
      this.#gone = sumOf([...this.#gone, ...families.filter((one) => one.type !== 'gauge')]);
      this.#lastSeen.delete(pid);
    }
    for (const { pid, families } of workers) this.#lastSeen.set(pid, families);
    return sumOf([...workers.flatMap(({ families }) => families), ...this.#gone]);
  }
}

/** Families of the same name as one, series of the same labels added up. */
function sumOf(families: readonly FamilySnapshot[]): readonly FamilySnapshot[] {
  const byName = new Map<string, { family: FamilySnapshot; samples: Map<string, Sample> }>();
  for (const family of families) {
    const sum = byName.get(family.name) ?? { family, samples: new Map<string, Sample>() };
    byName.set(family.name, sum);
    for (const sample of family.samples) {
      const key = JSON.stringify(sample.labels);
      const before = sum.samples.get(key);
      sum.samples.set(key, before === undefined ? sample : added(family, before, sample));
    }
  }
  return [...byName.values()].map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
}

/** Processes begin at different times; the gate began with the first. Everything else adds up. */
function added({ name }: FamilySnapshot, a: Sample, b: Sample): Sample {
  const value = name === 'process_start_time_seconds' ? Math.min(a.value, b.value) : a.value + b.value;
  if (a.counts === undefined || b.counts === undefined) return { labels: a.labels, value };
  const more = b.counts;
  return { labels: a.labels, value, counts: a.counts.map((count, at) => count + (more[at] ?? 0)) };
}
