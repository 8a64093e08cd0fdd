import { inspectRules } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import { parseConfig } from '../../src/config/load.ts';
import { ROUTE_DEFAULTS } from '../../src/config/sections/route.ts';
import { whereabouts } from '../../src/config/where.ts';
import type { Limit } from '../../src/explain/limits/limit.ts';
import type { Surroundings } from '../../src/explain/limits/surroundings.ts';

export interface SampleRequest extends Partial<Pick<Surroundings, 'method' | 'target' | 'isSecure' | 'upload'>> {
  /** Text of the rules on its route; none when absent. */
  readonly rules?: string;
}

/**
 * The limits of some stages of a request, one line each: `NAME: VALUE: EFFECT (PLACE)`, and behind an arrow what ends the upload
 * and when. `yaml` is a configuration, whose first route it takes.
 */
export function limitsMet(
  collect: (about: Surroundings) => readonly Limit[],
  yaml: string,
  { rules, ...request }: SampleRequest = {},
): readonly string[] {
  const { config, mistakes } = parseConfig(yaml, 'gate.yaml');
  if (config === undefined) throw new Error(mistakes.map(({ message }) => message).join('\n'));
  const [route] = config.routes;
  const limits = collect({
    config,
    where: whereabouts(yaml, 'gate.yaml'),
    method: 'GET',
    target: '/',
    isSecure: false,
    upload: undefined,
    ...request,
    route: route ?? { ...ROUTE_DEFAULTS, upstream: 'app' },
    routeAt: route === undefined ? undefined : 0,
    rules:
      rules === undefined
        ? undefined
        : inspectRules({ rules: [{ file: 'rules.conf', text: rules }], files: nodeFiles }),
  });
  return limits.map(({ name, value, effect, from, bite }) => {
    const end = bite === undefined ? '' : ` -> ${bite.outcome} after ${bite.after} s`;
    return `${name}: ${value}: ${effect} (${from})${end}${bite?.when === undefined ? '' : ` if ${bite.when}`}`;
  });
}
