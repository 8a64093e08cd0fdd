import { bite } from '../bite.ts';
import type { Limit } from '../limit.ts';
import { origin, originInRoute, originOfDirective } from '../origin.ts';
import { sizeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';

const IN_MEMORY_DIRECTIVE = 'SecRequestBodyInMemoryLimit';

/** How large a body may be, and how much of it memory holds. */
export function limitsOfBody({ config, where, route, routeAt, rules, upload }: Surroundings): readonly Limit[] {
  const own = route.maxBody !== undefined;
  const value = route.maxBody ?? config.limits.body;
  const ofRules = rules?.settings.requestBodyInMemoryLimit;
  const isOver = upload !== undefined && value > 0 && upload.size > value;
  return [
    {
      stage: 'limits',
      name: own ? 'routes[].max_body' : 'limits.body',
      value: sizeText(value),
      from: own ? originInRoute(where, routeAt, 'maxBody') : origin(where)('limits', 'body'),
      effect: '413',
      ...bite(isOver ? [0, '413'] : undefined),
    },
    {
      stage: 'limits',
      name: ofRules === undefined ? 'limits.body_in_memory' : IN_MEMORY_DIRECTIVE,
      value: sizeText(ofRules ?? config.limits.bodyInMemory, 'nothing'),
      from:
        ofRules === undefined || rules === undefined
          ? origin(where)('limits', 'bodyInMemory')
          : originOfDirective(rules, IN_MEMORY_DIRECTIVE),
      effect: 'held on disk while rules decide',
    },
    {
      stage: 'limits',
      name: 'limits.bodies_in_memory',
      value: sizeText(config.limits.bodiesInMemory),
      from: origin(where)('limits', 'bodiesInMemory'),
      effect: 'of all bodies of a process; held on disk where it is used up',
    },
  ];
}
