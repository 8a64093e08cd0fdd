import type { Control, WorkerReply } from '../admin/control.ts';
import { exposition } from './exposition.ts';
import type { FamilySnapshot } from './family.ts';
import { MetricTotals, type WorkerSnapshot } from './totals.ts';

/** Totals of each gate this process speaks for, for as long as it does. */
const totals = new WeakMap<Control, MetricTotals>();

/** How often workers are asked although nobody wants to know, in milliseconds. */
const ASK_EVERY = 5000;

/** Asks workers now and then, so that little is lost with one that is killed; gives what stops that. */
export function keepTotals(control: Control): () => void {
  const timer = setInterval(() => void collectMetrics(control).catch(() => {}), ASK_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

/** The numbers of all workers, and of the gate as a whole, in the format of Prometheus. */
export async function collectMetrics(control: Control): Promise<string> {
  const sums = totals.get(control) ?? new MetricTotals();
  totals.set(control, sums);
  const replies = await control.ask('metrics');
  const processes = new Set(control.status().workers.map(({ pid }) => pid));
  const sum = sums.add(snapshotsOf(replies), snapshotsOf(control.takeLastWords()), (pid) => processes.has(pid));
  return exposition([...sum, ...gateFamilies(control)]);
}

function snapshotsOf(replies: readonly WorkerReply[]): readonly WorkerSnapshot[] {
  return replies.flatMap(({ pid, value }) => (isSnapshots(value) ? [{ pid, families: value }] : []));
}

/** Known to the process that starts the workers. */
function gateFamilies(control: Control): readonly FamilySnapshot[] {
  const { workers, generation, crashes, configuration } = control.status();
  const states = ['starting', 'serving', 'late', 'retiring'] as const;
  return [
    {
      name: 'sallyport_workers',
      help: 'Processes that serve, by state; none where the gate is one process.',
      type: 'gauge',
      labels: ['state'],
      samples: states.map((state) => ({ labels: [state], value: workers.filter((one) => one.state === state).length })),
    },
    single('sallyport_worker_crashes_total', 'counter', 'Workers that ended without having been asked to.', crashes),
    single('sallyport_config_generation', 'gauge', 'Counts the configurations put in force.', generation),
    single(
      'sallyport_config_stale',
      'gauge',
      '1 while the last reload was refused and an older configuration runs.',
      configuration.stale === undefined ? 0 : 1,
    ),
  ];
}

function single(name: string, type: 'counter' | 'gauge', help: string, value: number): FamilySnapshot {
  return { name, help, type, labels: [], samples: [{ labels: [], value }] };
}

/** Workers are the less trusted side: what they say is looked at before it is added up. */
function isSnapshots(value: unknown): value is readonly FamilySnapshot[] {
  return Array.isArray(value) && value.every(isFamily);
}

function isFamily(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, help, labels, samples } = value as Partial<FamilySnapshot>;
  return (
    typeof name === 'string' &&
    /^[a-z_][a-z0-9_]*$/.test(name) &&
    typeof help === 'string' &&
    Array.isArray(labels) &&
    Array.isArray(samples) &&
    samples.every((one: unknown) => {
      const { labels: of, value: number, counts } = (one ?? {}) as Record<string, unknown>;
      const areCounts =
        counts === undefined || (Array.isArray(counts) && counts.every((count) => Number.isFinite(count)));
      return (
        Array.isArray(of) && of.every((label) => typeof label === 'string') && Number.isFinite(number) && areCounts
      );
    })
  );
}
