import type { RouteConfig, WafMode } from '../config/config.ts';

export type Inspection = Pick<RouteConfig, 'waf' | 'inspect'>;

const STRENGTH: Readonly<Record<WafMode, number>> = { off: 0, detection: 1, on: 2 };

/** Whether rules see or refuse anything on one route that they would not on the other; which rules these are is not compared. */
export function isInspectedMore(one: Inspection, other: Inspection): boolean {
  const difference = STRENGTH[one.waf] - STRENGTH[other.waf];
  if (difference !== 0 || one.waf === 'off') return difference > 0;
  const [a, b] = [one.inspect, other.inspect];
  if (a.requestBody !== b.requestBody) return a.requestBody;
  if (a.responseBody !== b.responseBody) return a.responseBody;
  if (a.encodedBodies !== b.encodedBodies) return a.encodedBodies === 'refuse';
  const { requestBodyLimit = Number.POSITIVE_INFINITY } = a;
  return requestBodyLimit > (b.requestBodyLimit ?? Number.POSITIVE_INFINITY);
}
