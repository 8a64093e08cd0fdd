import { inspectRules } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import type { Config, RouteConfig } from '../../config/config.ts';
import { ROUTE_DEFAULTS } from '../../config/sections/route.ts';
import type { Whereabouts } from '../../config/where.ts';
import { inspectionServices } from '../../lint/load.ts';
import { compilePathPattern } from '../../proxy/path-pattern.ts';
import { createRouter } from '../../proxy/route.ts';
import { ruleSetOfRoute } from '../../waf/configured-rule-sets.ts';
import { explainAccess, warningsOfAccess } from './access.ts';
import { collectLimits } from './collect.ts';
import type { ExplainedRequest, Upload } from './limit.ts';
import { sizeText } from './quantities.ts';
import { isBodyInspected } from './stages/rules.ts';

/**
 * What limits a request to this address meets. `url`: absolute, or a path, which is taken for any host. Throws with one line
 * when the rules cannot be found or no route is for the address.
 */
export function explainRequest(
  config: Config,
  where: Whereabouts,
  { method, url, upload }: { readonly method: string; readonly url: string; readonly upload: Upload | undefined },
): ExplainedRequest {
  const { protocol, hostname, pathname, search } = new URL(url, 'http://localhost');
  const isPath = url.startsWith('/');
  const isSecure =
    protocol === 'https:' ||
    (isPath && config.listeners.every(({ tls }) => tls !== undefined) && config.listeners.length > 0);
  const { route, at } = findRoute(config, isSecure, isPath ? undefined : hostname, pathname);
  const rules =
    route.waf === 'off'
      ? undefined
      : inspectRules({ rules: ruleSetOfRoute(config, route).rules, files: nodeFiles, services: inspectionServices });
  const limits = collectLimits({
    config,
    where,
    method,
    target: pathname + search,
    isSecure,
    route,
    routeAt: at,
    rules,
    upload,
  });
  const sure = limits.filter((one) => one.bite !== undefined && one.bite.when === undefined);
  const first = sure.toSorted((a, b) => (a.bite?.after ?? 0) - (b.bite?.after ?? 0))[0];
  const access = at === undefined ? undefined : explainAccess(config, route, { where, routeAt: at, method });
  const warnings = [...warningsOf(config, route, rules), ...warningsOfAccess(access, isSecure)];
  return { method, url, route: describe(route, at), access, upload, limits, first, warnings };
}

function findRoute(
  config: Config,
  isSecure: boolean,
  host: string | undefined,
  path: string,
): { readonly route: RouteConfig; readonly at: number | undefined } {
  const [upstream] = config.upstreams.keys();
  if (config.routes.length === 0 && upstream !== undefined) {
    return { route: { ...ROUTE_DEFAULTS, upstream }, at: undefined };
  }
  const router = createRouter(
    config.routes.map((route, at) => ({ config: route, pattern: compilePathPattern(route.pattern), at })),
  );
  const found = router.match(isSecure ? 'https' : 'http', host, path);
  if (found === undefined) throw new Error(`no route is for ${host ?? 'any host'}${path}; it is answered with 404`);
  return { route: found.config, at: found.at };
}

function describe(
  { hosts, path, pattern, upstream, redirect, waf, ruleSet }: RouteConfig,
  at: number | undefined,
): string {
  const name =
    at === undefined
      ? 'the only upstream'
      : `route ${at + 1} (${hosts.length === 0 ? 'any host' : hosts.join(', ')}, ${path}${pattern.map((one) => ` ${one}`).join('')})`;
  const goal =
    upstream !== undefined ? `upstream ${upstream}` : redirect !== undefined ? 'a redirection' : 'a fixed answer';
  return `${name} to ${goal}, rules ${waf}${ruleSet === undefined ? '' : ` (rule_sets.${ruleSet})`}`;
}

/** Limits that contradict each other. */
function warningsOf(
  config: Config,
  route: RouteConfig,
  rules: ReturnType<typeof inspectRules> | undefined,
): readonly string[] {
  if (rules === undefined || !isBodyInspected(route, rules)) return [];
  const { requestBodyLimit, requestBodyLimitAction, engineMode } = rules.settings;
  const isRejected = requestBodyLimitAction === 'Reject' && engineMode === 'On' && route.waf === 'on';
  const gate = route.maxBody ?? config.limits.body;
  if (!isRejected || route.inspect.requestBodyLimit !== undefined || (gate !== 0 && gate <= requestBodyLimit))
    return [];
  const name = route.maxBody === undefined ? 'limits.body' : 'routes[].max_body';
  return [
    `SecRequestBodyLimit (${sizeText(requestBodyLimit)}) is below ${name} (${sizeText(gate)}): larger bodies are refused by the rules although the gate would take them. Raise it, let the rules see a part only (routes[].inspect.request_body_limit), or lower ${name}.`,
  ];
}
