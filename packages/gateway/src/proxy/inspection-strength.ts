import type { RouteConfig, WafMode } from '../config/config.ts';
import type { InspectConfig } from '../config/sections/inspect.ts';

export type Inspection = Pick<RouteConfig, 'waf' | 'inspect'>;

const STRENGTH: Readonly<Record<WafMode, number>> = { off: 0, detection: 1, on: 2 };

/**
 * Whether rules of one route are stronger than those of the other, or as strong and see or refuse anything that those would not; which
 * rules these are is not compared.
 */
export function isInspectedMore(one: Inspection, other: Inspection): boolean {
  const difference = STRENGTH[one.waf] - STRENGTH[other.waf];
  if (difference !== 0 || one.waf === 'off') return difference > 0;
  const [a, b] = [one.inspect, other.inspect];
  if (a.responseBody && !b.responseBody) return true;
  if (!a.requestBody) return false;
  return !b.requestBody || (a.encodedBodies === 'refuse' && b.encodedBodies === 'pass') || limitOf(a) > limitOf(b);
}

/** How a request is inspected that may be for any of the routes: by the strongest rules, which see all that they would see on any. */
export function mostInspected<R extends { readonly config: RouteConfig }>(route: R, others: readonly R[]): R {
  const most = others.reduce((most, one) => (isInspectedMore(one.config, most.config) ? one : most), route);
  const asStrong = [route, ...others].filter(({ config }) => config.waf === most.config.waf);
  const inspect = asStrong.map(({ config }) => config.inspect).reduce(together);
  return { ...most, config: { ...most.config, inspect } };
}

/** What both show. A route that shows no request bodies says nothing about those that are shown. */
function together(one: InspectConfig, other: InspectConfig): InspectConfig {
  const responseBody = one.responseBody || other.responseBody;
  if (!one.requestBody || !other.requestBody) return { ...(one.requestBody ? one : other), responseBody };
  const limit = Math.max(limitOf(one), limitOf(other));
  return {
    requestBody: true,
    responseBody,
    encodedBodies: one.encodedBodies === 'pass' ? other.encodedBodies : 'refuse',
    ...(Number.isFinite(limit) && { requestBodyLimit: limit }),
  };
}

/** Bytes. Where there is no limit, the rule set has one, and no route shows more than that. */
function limitOf({ requestBodyLimit = Number.POSITIVE_INFINITY }: InspectConfig): number {
  return requestBodyLimit;
}
