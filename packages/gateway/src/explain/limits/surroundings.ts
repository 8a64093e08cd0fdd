import type { Inspection } from '@sallyport/engine/language';
import type { Config, RouteConfig } from '../../config/config.ts';
import type { Whereabouts } from '../../config/where.ts';
import type { Upload } from './limit.ts';

/** What the limits of a request follow from. */
export interface Surroundings {
  readonly config: Config;
  readonly where: Whereabouts;
  readonly method: string;
  readonly target: string;
  readonly isSecure: boolean;
  readonly route: RouteConfig;
  /** Position in the configuration; undefined for the route that is there without one. */
  readonly routeAt: number | undefined;
  /** The rules in force on this route. */
  readonly rules: Inspection | undefined;
  readonly upload: Upload | undefined;
}
