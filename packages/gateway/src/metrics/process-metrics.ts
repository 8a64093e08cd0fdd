import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, type FamilySnapshot, Gauge } from './family.ts';

/** The numbers of a process, by the names all Prometheus clients use for them. */
export class ProcessMetrics {
  readonly #cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'User and system time in seconds.' });
  readonly #resident = new Gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory.' });
  readonly #heap = new Gauge({ name: 'nodejs_heap_size_used_bytes', help: 'Memory of the JavaScript heap in use.' });
  readonly #files = new Gauge({ name: 'process_open_fds', help: 'Open file descriptors.' });
  readonly #started = new Gauge({ name: 'process_start_time_seconds', help: 'Start, in seconds since 1970.' });
  readonly #lag = new Gauge({
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: 'Delay of the event loop, 99th percentile since the last time somebody asked.',
  });
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  readonly #startedAt = Date.now() / 1000 - process.uptime();

  constructor() {
    this.#delay.enable();
  }

  get snapshots(): readonly FamilySnapshot[] {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    this.#cpu.set((user + system) / 1e6);
    this.#resident.set(rss);
    this.#heap.set(heapUsed);
    this.#started.set(this.#startedAt);
    this.#lag.set(Number.isFinite(this.#delay.percentile(99)) ? this.#delay.percentile(99) / 1e9 : 0);
    this.#delay.reset();
    const families = [this.#cpu, this.#resident, this.#heap, this.#started, this.#lag];
    const open = openFiles();
    if (open === undefined) return families.map((one) => one.snapshot);
    this.#files.set(open);
    return [...families, this.#files].map((one) => one.snapshot);
  }

  close(): void {
    this.#delay.disable();
  }
}

/** Undefined where the system does not tell. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}
