import type { Inspection } from '@sallyport/engine/language';
import type { RouteConfig } from '../../../config/config.ts';
import { bite } from '../bite.ts';
import type { Limit } from '../limit.ts';
import { originInRoute, originOfDirective } from '../origin.ts';
import { sizeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';

/** How much of a body the rules take; none on a route without rules. */
export function limitsOfRules({ route, where, routeAt, rules, upload }: Surroundings): readonly Limit[] {
  if (rules === undefined) return [];
  const { settings } = rules;
  const isEnforced = settings.engineMode === 'On' && route.waf === 'on';
  const own = route.inspect.requestBodyLimit;
  const seen: Limit[] =
    own === undefined
      ? []
      : [
          {
            stage: 'waf',
            name: 'routes[].inspect.request_body_limit',
            value: sizeText(own),
            from: originInRoute(where, routeAt, 'inspect', 'requestBodyLimit'),
            effect: 'rules see this much, the rest streams on',
          },
        ];
  if (!isBodyInspected(route, rules)) {
    return [
      {
        stage: 'waf',
        name: 'request body',
        value: 'not inspected',
        from: originInRoute(where, routeAt, 'inspect', 'requestBody'),
        effect: 'streams to the upstream',
      },
    ];
  }
  const isRejected = isEnforced && settings.requestBodyLimitAction === 'Reject' && own === undefined;
  const outcome = isRejected ? '413' : 'rules see this much, the rest streams on';
  const isOver = upload !== undefined && isRejected && upload.size > settings.requestBodyLimit;
  const isOverNoFiles = upload !== undefined && isRejected && upload.size > settings.requestBodyNoFilesLimit;
  return [
    ...seen,
    {
      stage: 'waf',
      name: 'SecRequestBodyLimit',
      value: sizeText(settings.requestBodyLimit),
      from: originOfDirective(rules, 'SecRequestBodyLimit'),
      effect: outcome,
      ...bite(isOver ? [0, '413'] : undefined),
    },
    {
      stage: 'waf',
      name: 'SecRequestBodyNoFilesLimit',
      value: sizeText(settings.requestBodyNoFilesLimit),
      from: originOfDirective(rules, 'SecRequestBodyNoFilesLimit'),
      effect: outcome,
      ...bite(isOverNoFiles ? [0, '413', 'it is a form or a document, not files'] : undefined),
    },
    {
      stage: 'waf',
      name: 'SecRequestBodyLimitAction',
      value: settings.requestBodyLimitAction,
      from: originOfDirective(rules, 'SecRequestBodyLimitAction'),
      effect: outcome,
    },
  ];
}

/** Rules get to see bodies on this route, so they are held until the rules have decided. */
export function isBodyInspected(route: RouteConfig, rules: Inspection | undefined): boolean {
  return rules?.settings.requestBodyAccess === true && route.inspect.requestBody && rules.settings.engineMode !== 'Off';
}
