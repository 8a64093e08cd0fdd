/** `deployments`: folders in which every sub-folder is an application that goes live by being there. */
import { checkHost, checkHostPattern, checkPath } from '../checks.ts';
import { choice, defaultsOf, duration, listOf, section, type Table, text } from '../field.ts';
import { type RuntimeConfig, runtime } from './applications.ts';
import { type RouteAuthConfig, routeAuth } from './auth/route-auth.ts';
import { type FastCgiConfig, fastcgi } from './fastcgi.ts';
import type { WafMode } from './route.ts';

export interface DeploymentConfig {
  readonly folder: string;
  /** One of the two. */
  readonly domain?: string;
  readonly prefix?: string;
  readonly hosts: readonly string[];
  readonly settle: number;
  readonly waf: WafMode;
  /** Everybody may have the sites when absent. */
  readonly auth?: RouteAuthConfig;
  readonly runtimes: readonly DeployedRuntimeConfig[];
}

/** How a folder is run that has a certain file in it. */
export interface DeployedRuntimeConfig extends RuntimeConfig {
  readonly marker: string;
  readonly fastcgi: FastCgiConfig;
}

const deployedRuntime: Table<DeployedRuntimeConfig> = {
  marker: {
    type: text('file name', (value) => (/^[^/\0]+$/.test(value) ? undefined : `"${value}" is not the name of a file`)),
    summary: 'A folder with this file in it is run so; the first runtime whose file is there counts.',
  },
  ...runtime,
  fastcgi: {
    type: section(fastcgi),
    default: defaultsOf(fastcgi),
    summary:
      'As for upstreams, without `root`: where the marker is a script (`fastcgi.scripts`), that is the folder; otherwise one program answers every path.',
  },
};

export const deployment: Table<DeploymentConfig> = {
  folder: {
    type: text('folder', (value) => (value.startsWith('/') ? undefined : `"${value}" is not an absolute path`)),
    summary:
      'Each folder in it is an application that runs as the owner and group of that folder. Nobody but root may write here, unless the folder is sticky.',
  },
  domain: {
    type: text('host name', checkHost),
    isOptional: true,
    summary: 'The folder `blog` answers for the host `blog.DOMAIN`.',
  },
  prefix: {
    type: text('path', checkPath),
    isOptional: true,
    summary: 'The folder `blog` answers for the path `PREFIX/blog`; the application does not see that prefix.',
  },
  hosts: {
    type: listOf(text('host name', checkHostPattern)),
    default: [],
    summary: 'With `prefix`: hosts that have these paths; every host when empty.',
  },
  settle: {
    type: duration(),
    default: 500,
    summary:
      'A folder goes live when nothing in it has changed for so long. A copy that pauses longer is taken for complete; to be certain, copy to a name that begins with a dot and rename.',
  },
  waf: {
    type: choice('on', 'detection', 'off'),
    default: 'on',
    summary: 'Apply the rules to these applications, apply them without refusing anything, or not at all.',
  },
  auth: {
    type: routeAuth,
    isOptional: true,
    summary: 'Who may have these applications, as `routes[].auth` says it; everybody when absent.',
  },
  runtimes: { type: listOf(section(deployedRuntime)), summary: 'How folders are run.' },
};
