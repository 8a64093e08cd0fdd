import type { Inspection } from '@sallyport/engine/language';
import type { Whereabouts } from '../../config/where.ts';

/** Says where a setting is written, as `sallyport.yaml:3:5`; `default` where it is not. */
export function origin(where: Whereabouts): (...path: readonly (string | number)[]) => string {
  return (...path) => where.find(path) ?? 'default';
}

/** The same of a setting of a route. `at`: its position; undefined for the route that is there without one. */
export function originInRoute(where: Whereabouts, at: number | undefined, ...path: readonly string[]): string {
  return (at === undefined ? undefined : where.find(['routes', at, ...path])) ?? 'default';
}

/** Where a directive of the rules is written, as `rules.conf:7`. The last one counts. */
export function originOfDirective({ lines }: Inspection, name: string): string {
  const line = lines.findLast((one) => one.name.toLowerCase() === name.toLowerCase());
  return line === undefined ? 'default' : `${line.span.file}:${line.span.start.line}`;
}
