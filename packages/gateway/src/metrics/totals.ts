/** Numbers of all workers together. */
import type { FamilySnapshot, Sample } from './family.ts';

/** What a worker has counted: its process and the families. */
export interface WorkerSnapshot {
  readonly pid: number;
  readonly families: readonly FamilySnapshot[];
}

/**
 * Adds up what workers count. Those that have gone stay in the sums with what they said last, so that no counter ever goes back;
 * gauges count those that answer only. What a worker has counted since it was last asked, and then was killed, is lost.
 */
export class MetricTotals {
  /** Of those that live. */
  readonly #lastSeen = new Map<number, readonly FamilySnapshot[]>();
  #gone: readonly FamilySnapshot[] = [];

  /** `ended`: last words. `lives`: whether a process is there, be it that it has not answered. */
  add(
    workers: readonly WorkerSnapshot[],
    ended: readonly WorkerSnapshot[] = [],
    lives: (pid: number) => boolean = () => false,
  ): readonly FamilySnapshot[] {
    const over = new Set(ended.map(({ pid }) => pid));
    const answered = workers.filter(({ pid }) => !over.has(pid));
    for (const { pid, families } of [...ended, ...answered]) this.#lastSeen.set(pid, families);
    const silent = new Set(this.#lastSeen.keys());
    for (const { pid } of answered) silent.delete(pid);
    for (const pid of silent) {
      if (lives(pid) && !over.has(pid)) continue;
      this.#gone = sumOf([...this.#gone, ...countersOf(this.#lastSeen.get(pid))]);
      this.#lastSeen.delete(pid);
      silent.delete(pid);
    }
    const waiting = [...silent].flatMap((pid) => countersOf(this.#lastSeen.get(pid)));
    return sumOf([...answered.flatMap(({ families }) => families), ...waiting, ...this.#gone]);
  }
}

function countersOf(families: readonly FamilySnapshot[] = []): readonly FamilySnapshot[] {
  return families.filter((one) => one.type !== 'gauge');
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
