import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.ts';
import { Counter, type FamilySnapshot, Gauge, Histogram } from './family.ts';
import { MetricTotals } from './totals.ts';

describe('exposition', () => {
  it('writes counters, gauges and histograms as Prometheus reads them', () => {
    const counter = new Counter({ name: 'c_total', help: 'Line one\nand \\ two.', labels: ['a', 'b'] });
    counter.add(2, 'x', 'q"\\\n');
    counter.add(1, 'x', 'q"\\\n');
    const gauge = new Gauge({ name: 'g', help: 'G.' });
    gauge.set(1.5);
    const histogram = new Histogram({ name: 'h_seconds', help: 'H.', labels: ['s'], bounds: [0.1, 1] });
    for (const value of [0.1, 0.5, 7]) histogram.observe(value, 'y');
    expect(
      exposition([counter.snapshot, gauge.snapshot, histogram.snapshot]),
    ).toBe(`# HELP c_total Line one\\nand \\\\ two.
# TYPE c_total counter
c_total{a="x",b="q\\"\\\\\\n"} 3
# HELP g G.
# TYPE g gauge
g 1.5
# HELP h_seconds H.
# TYPE h_seconds histogram
h_seconds_bucket{s="y",le="0.1"} 1
h_seconds_bucket{s="y",le="1"} 2
h_seconds_bucket{s="y",le="+Inf"} 3
h_seconds_sum{s="y"} 7.6
h_seconds_count{s="y"} 3
`);
  });

  it('says nothing of families without series', () => {
    expect(exposition([new Counter({ name: 'c_total', help: 'C.', labels: ['a'] }).snapshot])).toBe('');
  });
});

it('bounds the series of a family, and loses no count', () => {
  const counter = new Counter({ name: 'c_total', help: 'C.', labels: ['id'] });
  for (let id = 0; id < 3000; id++) counter.add(1, String(id));
  const { samples } = counter.snapshot;
  expect(samples.length).toBeLessThanOrEqual(2001);
  expect(samples.reduce((sum, one) => sum + one.value, 0)).toBe(3000);
  expect(samples.find((one) => one.labels[0] === 'other')?.value).toBe(1000);
});

describe('totals of workers', () => {
  const families = (count: number, gauge: number, started = 5): readonly FamilySnapshot[] => {
    const counter = new Counter({ name: 'c_total', help: 'C.', labels: ['a'] });
    counter.add(count, 'x');
    const running = new Gauge({ name: 'running', help: 'R.' });
    running.set(gauge);
    const start = new Gauge({ name: 'process_start_time_seconds', help: 'S.' });
    start.set(started);
    const histogram = new Histogram({ name: 'h', help: 'H.', bounds: [1] });
    histogram.observe(count);
    return [counter.snapshot, running.snapshot, start.snapshot, histogram.snapshot];
  };
  const value = (all: readonly FamilySnapshot[], name: string): number | undefined =>
    all.find((one) => one.name === name)?.samples[0]?.value;

  it('add up, and begin with the first', () => {
    const all = new MetricTotals().add([
      { pid: 1, families: families(2, 3, 9) },
      { pid: 2, families: families(1, 4, 7) },
    ]);
    expect(value(all, 'c_total')).toBe(3);
    expect(value(all, 'running')).toBe(7);
    expect(value(all, 'process_start_time_seconds')).toBe(7);
    expect(all.find((one) => one.name === 'h')?.samples[0]).toMatchObject({ value: 3, counts: [1, 1] });
  });

  it('never go back when a worker ends, but for what only the living have', () => {
    const totals = new MetricTotals();
    totals.add([{ pid: 1, families: families(2, 3) }]);
    const all = totals.add([{ pid: 2, families: families(1, 4) }]);
    expect(value(all, 'c_total')).toBe(3);
    expect(value(all, 'running')).toBe(4);
    expect(value(totals.add([{ pid: 2, families: families(1, 4) }]), 'c_total')).toBe(3);
  });

  it('have everything of a worker that ended in peace, once', () => {
    const totals = new MetricTotals();
    const first = { pid: 1, families: families(2, 3) };
    totals.add([first]);
    // It answered, and was gone when the answers were added up.
    const all = totals.add([first], [{ pid: 1, families: families(5, 0) }], () => true);
    expect(value(all, 'c_total')).toBe(5);
    expect(value(all, 'running')).toBeUndefined();
    expect(value(totals.add([]), 'c_total')).toBe(5);
  });

  it('count a worker that did not answer in time once, whether it answers again or not', () => {
    const totals = new MetricTotals();
    const lives = (): boolean => true;
    totals.add([{ pid: 1, families: families(2, 3) }]);
    expect(value(totals.add([], [], lives), 'c_total')).toBe(2);
    expect(value(totals.add([{ pid: 1, families: families(4, 3) }], [], lives), 'c_total')).toBe(4);
    expect(value(totals.add([]), 'c_total')).toBe(4);
  });
});
