import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Control } from '../admin/control.ts';
import type { GateStatus } from '../admin/status.ts';
import { collectMetrics } from './collect.ts';
import { GateMetrics } from './gate-metrics.ts';

it('the guide names every metric, and no other', async () => {
  const metrics = new GateMetrics();
  const families = metrics.snapshot({ running: 0, logs: [], upstreams: [], version: '0' });
  metrics.close();
  const status = { workers: [], generation: 1, crashes: 0, configuration: { loadedAt: 0, rules: '' } };
  const text = await collectMetrics({
    // Only these fields are looked at.
    status: () => status as unknown as GateStatus,
    takeLastWords: () => [],
    ask: async () => [],
  } as unknown as Control);
  const ofGate = [...text.matchAll(/^# TYPE (\S+)/gm)].map((found) => found[1] ?? '');
  const guide = readFileSync(new URL('../../../../docs/guide/logs-and-metrics.md', import.meta.url), 'utf8');
  const named = new Set(
    [...guide.matchAll(/`((?:http|sallyport|process|nodejs)_[a-z0-9_]+)`/g)].map((found) => found[1] ?? ''),
  );
  expect([...named].toSorted()).toEqual([...families.map((one) => one.name), ...ofGate].toSorted());
});
