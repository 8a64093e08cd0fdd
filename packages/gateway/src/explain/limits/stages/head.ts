import { bite } from '../bite.ts';
import type { Limit } from '../limit.ts';
import { origin, originInRoute } from '../origin.ts';
import { sizeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';

/** Method, target and headers. */
export function limitsOfHead({
  config,
  where,
  method,
  target,
  route,
  routeAt,
  upload,
}: Surroundings): readonly Limit[] {
  const { limits, http } = config;
  const from = origin(where);
  const isMethodServed = http.methods.includes(method);
  const isBodyTaken = upload === undefined || upload.size === 0 || route.bodyMethods.includes(method);
  return [
    {
      stage: 'http',
      name: 'http.methods',
      value: http.methods.join(', '),
      from: from('http', 'methods'),
      effect: '405',
      ...bite(isMethodServed ? undefined : [0, '405']),
    },
    {
      stage: 'http',
      name: 'routes[].body_methods',
      value: route.bodyMethods.join(', '),
      from: originInRoute(where, routeAt, 'bodyMethods'),
      effect: 'refused',
      ...bite(isBodyTaken ? undefined : [0, 'refused']),
    },
    {
      stage: 'limits',
      name: 'limits.target_length',
      value: sizeText(limits.targetLength),
      from: from('limits', 'targetLength'),
      effect: '414',
      ...bite(target.length > limits.targetLength ? [0, '414'] : undefined),
    },
    {
      stage: 'limits',
      name: 'limits.header_size',
      value: sizeText(limits.headerSize),
      from: from('limits', 'headerSize'),
      effect: '431',
    },
    {
      stage: 'limits',
      name: 'limits.header_count',
      value: String(limits.headerCount),
      from: from('limits', 'headerCount'),
      effect: '431',
    },
  ];
}
