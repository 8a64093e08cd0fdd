import { expect, it } from 'vitest';
import { plainUrl } from '../../config/sections/upstream/url.ts';
import { UPSTREAM_DEFAULTS, type UpstreamConfig } from '../../config/sections/upstream.ts';
import { shareOut } from './share.ts';

const upstream = (processes: number | undefined, connections: number): UpstreamConfig => ({
  ...UPSTREAM_DEFAULTS,
  urls: [plainUrl('fastcgi://127.0.0.1:9000')],
  connections,
  fastcgi: { ...UPSTREAM_DEFAULTS.fastcgi, ...(processes !== undefined && { processes }) },
});

it.each([
  [undefined, 128, 4, 128, false],
  [20, 128, 4, 5, true],
  [20, 2, 4, 2, true],
  [5, 128, 2, 2, true],
  [3, 128, 4, 1, false],
])('%s processes, %i connections, %i gates: %i connections each, kept: %s', (processes, most, gates, each, keeps) => {
  const shared = shareOut(upstream(processes, most), gates);
  expect(shared.connections).toBe(each);
  expect(shared.fastcgi.processes !== undefined).toBe(keeps);
});
