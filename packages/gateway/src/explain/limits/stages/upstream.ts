import { bite } from '../bite.ts';
import type { Limit } from '../limit.ts';
import { origin } from '../origin.ts';
import { timeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';
import { isBodyInspected } from './rules.ts';

/** How long an upstream may take; none on a route without one. */
export function limitsOfUpstream({ config, where, route, rules, upload }: Surroundings): readonly Limit[] {
  const name = route.upstream;
  const upstream = name === undefined ? undefined : config.upstreams.get(name);
  if (name === undefined || upstream === undefined) return [];
  const at = (key: string): string => where.find(['upstreams', name, key]) ?? 'default';
  const stage = 'upstream';
  const label = (key: string): string => `upstreams.${name}.${key}`;
  const duration = upload === undefined ? 0 : upload.size / upload.rate;
  const { totalTimeout = 0 } = upstream;
  const isStreamed = !isBodyInspected(route, rules);
  const isTooLong = totalTimeout > 0 && isStreamed && duration * 1000 > totalTimeout;
  return [
    {
      stage,
      name: 'limits.upstream_queue',
      value: String(config.limits.upstreamQueue),
      from: origin(where)('limits', 'upstreamQueue'),
      effect: '503',
    },
    {
      stage,
      name: label('queue_timeout'),
      value: timeText(upstream.queueTimeout),
      from: at('queueTimeout'),
      effect: '503',
    },
    {
      stage,
      name: label('connect_timeout'),
      value: timeText(upstream.connectTimeout),
      from: at('connectTimeout'),
      effect: '504',
    },
    {
      stage,
      name: label('response_timeout'),
      value: timeText(upstream.responseTimeout),
      from: at('responseTimeout'),
      effect: '504, from the end of the request on',
    },
    {
      stage,
      name: label('idle_timeout'),
      value: timeText(upstream.idleTimeout),
      from: at('idleTimeout'),
      effect: 'cut after silence in the answer',
    },
    {
      stage,
      name: label('total_timeout'),
      value: timeText(totalTimeout),
      from: at('totalTimeout'),
      effect: '504 or cut',
      ...bite(isTooLong ? [totalTimeout / 1000, 'cut'] : undefined),
    },
  ];
}
